// Chance that follows from a seed, so that the same command draws the same pictures on every machine.

/** A generator of numbers in [0, 1): mulberry32, begun from a hash (FNV-1a) of any text. */
export function generator(text) {
  let state = 2166136261;
  for (const c of text) state = Math.imul(state ^ c.codePointAt(0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The values in a new order (Fisher-Yates). */
export function shuffled(values, random) {
  const list = [...values];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/** A normally distributed number (Box-Muller). */
export function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Decks of cards instead of dice: of every option all values come up before one comes up again, so that even 30 pictures hold
 * every hair, mood and colour, and 3 500 hold each equally often.
 */
export class Decks {
  #decks = new Map();

  constructor(random) {
    this.random = random;
  }

  /** The next value of an option; the values of one name must always be the same list. */
  deal(name, values) {
    let deck = this.#decks.get(name);
    if (!deck?.length) this.#decks.set(name, (deck = shuffled(values, this.random)));
    return deck.pop();
  }

  /** True in so many per cent of the pictures. */
  happens(name, percent) {
    return this.deal(`${name}?`, Array.from({ length: 100 }, (_, i) => i)) < percent;
  }
}
