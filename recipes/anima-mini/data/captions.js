// From the tags of a picture to captions, in Anima's order: quality, count, artist, tags, background.
import { readFileSync } from "node:fs";

const rules = JSON.parse(readFileSync(new URL("captions.json", import.meta.url)));

/** Everything that is true of the picture: { quality, count, artist, tags, background }, lists of tags but the artist, which is one. */
export function full(picture) {
  return [...picture.quality, ...picture.count, picture.artist, ...picture.tags, ...picture.background].join(", ");
}

/**
 * One caption by the rules of captions.json. A quarter are short, because a model that has only seen complete captions draws bald
 * heads for "1girl, solo". Empty ones are left to the trainer, whose caption dropout is made for it.
 */
export function varied(picture, random, shuffled) {
  const kept = (tags, chance) => tags.filter(() => random() < chance);
  if (random() < rules.short.chance) {
    const all = [...picture.count, picture.artist, ...picture.tags, ...picture.background];
    const [least, most] = rules.short.tags;
    const chosen = new Set(shuffled(all, random).slice(0, least + Math.floor(random() * (most - least + 1))));
    return [...picture.quality, ...all.filter((tag) => chosen.has(tag))].join(", ");
  }
  const quality = picture.quality.length ? picture.quality : rules.quality.filter((rule) => random() < rule.chance).flatMap((rule) => rule.tags);
  const [people, solo] = [picture.count.filter((tag) => tag !== "solo"), picture.count.filter((tag) => tag === "solo")];
  const [simple, colour] = picture.background;
  const tags = kept(picture.tags, rules.tag);
  return [
    ...quality,
    ...kept(people, rules.count),
    ...kept(solo, rules.solo),
    ...kept([picture.artist], rules.artist),
    ...(random() < rules.shuffle ? shuffled(tags, random) : tags),
    ...kept([simple], rules.simpleBackground),
    ...kept([colour], rules.background),
  ].join(", ");
}
