// Draws captioned avatars: OUT/STYLE/000001.png and .txt, OUT/spoilt/…, OUT/pictures.jsonl (all tags of every picture) and OUT/tags.txt.
import { mkdirSync, openSync, writeSync, closeSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { styles } from "./avatar.js";
import { full, varied } from "./captions.js";
import { Decks, generator, shuffled } from "./chance.js";
import { dealPicture, pixels } from "./picture.js";
import { damages, spoil } from "./spoil.js";

const usage = `node draw.js OUT [options]
  --styles A,B     ${Object.keys(styles).join(", ")}; default: all but those held out
  --count N        pictures of each style (100)
  --size N         128, 192 or 256 pixels (128)
  --seed N         other pictures for another seed (1)
  --spoilt N       damaged copies, per cent of all pictures (0)
  --captions N     lines of each .txt: 0 is one complete caption, else N varied ones for a trainer that picks a line (0)
  --mirror N       mirrored pictures, per cent; styles seen from the side then say "facing left" or "facing right" (0)
  --pairs N        pictures of two avatars side by side, per cent (0)`;

const sizes = [128, 192, 256];
const options = readOptions();
sharp.concurrency(1);
const started = performance.now();
const vocabulary = new Map();
mkdirSync(options.out, { recursive: true });
const list = openSync(join(options.out, "pictures.jsonl"), "w");
let spoiltSoFar = 0;
let drawnSoFar = 0;
for (const style of options.styles) {
  // Each style has its own chance: leaving one out changes no picture of another.
  const decks = new Decks(generator(`${options.seed} ${style}`));
  const random = generator(`${options.seed} ${style} captions`);
  for (let i = 1; i <= options.count; i++) {
    const picture = dealPicture(style, options.size, decks, options);
    const rgb = pixels(picture.svg, options.size);
    await write(picture, rgb, join(style, number(i)), random);
    drawnSoFar++;
    if (!decks.happens("spoilt", options.spoilt)) continue;
    const damage = decks.deal("damage", damages);
    const bad = { ...picture, quality: ["worst quality", "low quality", damage] };
    await write(bad, await spoil(rgb, options.size, damage, random), join("spoilt", number(++spoiltSoFar)), random);
  }
}
closeSync(list);
writeFileSync(join(options.out, "tags.txt"), [...vocabulary].sort((a, b) => b[1] - a[1]).map(([tag, n]) => `${tag}\t${n}\n`).join(""));
const seconds = (performance.now() - started) / 1000;
console.log(`${drawnSoFar} pictures and ${spoiltSoFar} spoilt copies in ${seconds.toFixed(1)} s, ${((drawnSoFar + spoiltSoFar) / seconds).toFixed(0)} a second`);

async function write(picture, rgb, name, random) {
  const file = join(options.out, name);
  mkdirSync(join(file, ".."), { recursive: true });
  await sharp(rgb, { raw: { width: options.size, height: options.size, channels: 3 } }).png({ compressionLevel: 9 }).toFile(`${file}.png`);
  const lines = options.captions ? Array.from({ length: options.captions }, () => varied(picture, random, shuffled)) : [full(picture)];
  writeFileSync(`${file}.txt`, lines.join("\n") + "\n");
  const { svg, ...tags } = picture;
  writeSync(list, JSON.stringify({ file: `${name.replaceAll("\\", "/")}.png`, ...tags }) + "\n");
  for (const tag of [tags.quality, tags.count, tags.artist, tags.tags, tags.background].flat()) vocabulary.set(tag, (vocabulary.get(tag) ?? 0) + 1);
}

function number(i) {
  return String(i).padStart(6, "0");
}

function readOptions() {
  const text = { type: "string" };
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { styles: text, count: text, size: text, seed: text, spoilt: text, captions: text, mirror: text, pairs: text },
    });
    if (positionals.length !== 1) throw new Error("name one folder for the pictures");
    const wanted = values.styles?.split(",") ?? Object.keys(styles).filter((style) => !styles[style].heldOut);
    const unknown = wanted.filter((style) => !styles[style]);
    if (unknown.length) throw new Error(`no style is called ${unknown.join(", ")}`);
    const size = whole("size", 128, 128, 256);
    if (!sizes.includes(size)) throw new Error(`--size is one of ${sizes.join(", ")}`);
    return {
      out: positionals[0], styles: wanted, size, count: whole("count", 100, 1, 999999), seed: whole("seed", 1, 0, 2 ** 31),
      spoilt: whole("spoilt", 0, 0, 100), captions: whole("captions", 0, 0, 100), mirror: whole("mirror", 0, 0, 100), pairs: whole("pairs", 0, 0, 100),
    };

    function whole(name, otherwise, least, most) {
      const number = Number(values[name] ?? otherwise);
      if (!Number.isInteger(number) || number < least || number > most) throw new Error(`--${name} is a whole number from ${least} to ${most}`);
      return number;
    }
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}
