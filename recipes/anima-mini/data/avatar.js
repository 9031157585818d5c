// From the mapping in tags.json to one avatar: what is drawn, and the tags that are true of it.
import { readFileSync } from "node:fs";
import { createAvatar } from "@dicebear/core";

const mapping = JSON.parse(readFileSync(new URL("tags.json", import.meta.url)));
const packages = new Map();
for (const [name, style] of Object.entries(mapping.styles)) packages.set(name, await import(style.package));

/** All styles of the mapping by name. */
export const styles = mapping.styles;

const hairParts = ["hair", "frontHair", "rearHair", "head", "top"];
const facialHair = ["beard", "long beard", "goatee", "mustache", "stubble"];
const womensHair = ["medium hair", "long hair", "very long hair", "hair bun", "side bun", "double bun", "twintails", "low twintails", "ponytail", "single braid"];
const eyeTags = ["closed eyes", "one eye closed", "half-closed eyes", "wide-eyed", "sparkling eyes", "dot eyes", "star-shaped pupils", "heart-shaped pupils",
  "^_^", "eyelashes", "eyeshadow", "blue eyes", "green eyes", "brown eyes"];
const mouthTags = ["smile", "grin", "teeth", "open mouth", "closed mouth", ":d", ":o", ":3", "frown", "smirk", "expressionless", "clenched teeth", "tongue out",
  "lipstick", "puckered lips", "braces", "pacifier", "wavy mouth"];

/**
 * Draws the options of an avatar from decks (chance.js) and says what it shows.
 * Returns { create(size, more) -> SVG text, count: "1girl" | "1boy", artist, tags in caption order, background: hex, backgroundTag }.
 */
export function dealAvatar(name, decks, fixedBackground) {
  const style = styles[name];
  const options = Object.fromEntries(Object.entries(style.fixed));
  const colours = {}; // colour option -> [hex, tags]
  for (const [option, palette] of Object.entries(style.palettes))
    colours[option] = decks.deal(option, Object.entries(mapping.palettes[palette]));
  for (const [part, values] of Object.entries(style.options)) options[part] = [decks.deal(part, Object.keys(values))];
  for (const [part, percent] of Object.entries(style.probability)) options[`${part}Probability`] = decks.happens(part, percent) ? 100 : 0;

  if (options.hatProbability === 100 && style.underHat) options.hair = [decks.deal("hair under a hat", style.underHat)];

  const hairOption = Object.keys(style.palettes).find((option) => style.palettes[option] === "hair");
  const head = options[hairPart(style)][0];
  // Heads that are drawn black whatever the option says: the other parts of that colour (a beard) must not contradict the tag.
  if (style.blackHeads?.includes(head)) colours[hairOption] = hairColour("black hair");
  // Where no hair shows, no tag names its colour: the brows and beard that have it are always grey, so that the tags still decide the picture.
  else if (hairOption && !showsHair(style, head)) colours[hairOption] = hairColour("grey hair");
  // A mask over a beard would hide most of it.
  if (options.maskProbability === 100) options.facialHairProbability = 0;
  for (const [option, [hex]] of Object.entries(colours)) options[option] = [hex];
  for (const [option, other] of Object.entries(style.same ?? {})) options[option] = options[other];

  const create = (size, more) => createAvatar(packages.get(name), { seed: "0", ...options, size, ...more });
  const tags = tagsOf(style, drawn(style, create(16).toJson().extra), colours, hairOption);
  let background = fixedBackground ?? decks.deal("background", Object.entries(mapping.palettes.background));
  // Black hair on black cannot be seen.
  while (!fixedBackground && background[1][0] === "black background" && tags.includes("black hair"))
    background = decks.deal("background", Object.entries(mapping.palettes.background));
  return { create, count: count(tags, decks), artist: style.tag, facing: style.facing, tags, background: background[0], backgroundTag: background[1][0] };
}

/** A background that any hair can be seen on. */
export function dealBackground(decks) {
  return decks.deal("shared background", Object.entries(mapping.palettes.background).filter(([, [tag]]) => tag !== "black background"));
}

function hairColour(name) {
  return Object.entries(mapping.palettes.hair).find(([, [tag]]) => tag === name);
}

/** The option that decides the hair's shape; open peeps and croodles call it otherwise. */
function hairPart(style) {
  return ["hair", "head", "top"].find((part) => style.options[part]);
}

function showsHair(style, head) {
  return !style.hidesHair?.includes(head) && !style.options[hairPart(style)][head].includes("bald");
}

/** The parts that are really in the picture: DiceBear itself leaves some out, such as earrings under long hair. */
function drawn(style, extra) {
  return Object.fromEntries(Object.keys(style.options).filter((part) => extra[part]).map((part) => [part, extra[part]]));
}

function tagsOf(style, parts, colours, hairOption) {
  const colourWord = (part) => colours[style.colourOf?.[part]]?.[1][0];
  const own = (part) => style.options[part][parts[part]].map((tag) => tag.replace("{c}", colourWord(part)));
  const hair = hairParts.filter((part) => parts[part]).flatMap(own);
  let tags = [...style.always, ...(parts.rearHair ? hair.filter((tag) => tag !== "short hair") : hair)];
  if (hairOption && showsHair(style, parts[hairPart(style)])) tags.push(...colours[hairOption][1]);
  tags.push(...Object.keys(parts).filter((part) => !hairParts.includes(part)).flatMap(own));
  for (const [option, [, words]] of Object.entries(colours)) if (style.palettes[option] === "eyes") tags.push(...words);
  for (const [part, tag] of Object.entries(style.always2 ?? {})) tags.push(tag.replace("{c}", colourWord(part)));
  for (const [option, [, words]] of Object.entries(colours)) if (style.palettes[option] === "skin") tags.push(...words);

  const hidden = [];
  if (tags.includes("sunglasses")) hidden.push(...eyeTags);
  if (tags.includes("mouth mask") || (style.beardHidesMouth && tags.includes("beard"))) hidden.push(...mouthTags);
  return [...new Set(tags)].filter((tag) => !hidden.includes(tag));
}

/** Beards and bald heads are called boys, long or tied hair girls, the rest either, so that the tag never contradicts the picture. */
function count(tags, decks) {
  if (tags.some((tag) => facialHair.includes(tag) || tag === "bald")) return "1boy";
  if (tags.some((tag) => womensHair.includes(tag))) return "1girl";
  return decks.deal("count", ["1girl", "1boy"]);
}
