// A sheet of pictures over their captions, to look at: node sheet.js FOLDER OUT.png [COLUMNS] [HOW MANY]
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const [folder, out, columns = "6", many = "30"] = process.argv.slice(2);
if (!out) {
  console.error("node sheet.js FOLDER OUT.png [COLUMNS] [HOW MANY]");
  process.exit(2);
}
const [across, cell, words, line] = [Number(columns), 192, 124, 12];
const files = readdirSync(folder).filter((file) => file.endsWith(".png")).sort().slice(0, Number(many));
if (!files.length) {
  console.error(`no PNG in ${folder}`);
  process.exit(2);
}
const tiles = files.flatMap((file, i) => {
  const [left, top] = [(i % across) * cell, Math.floor(i / across) * (cell + words)];
  return [picture(file, left, top), caption(file, left, top + cell)];
});
const height = Math.ceil(files.length / across) * (cell + words);
const sheet = sharp({ create: { width: across * cell, height, channels: 3, background: "white" } });
await sheet.composite(await Promise.all(tiles)).png().toFile(out);

async function picture(file, left, top) {
  return { input: await sharp(join(folder, file)).resize(cell, cell, { kernel: "nearest" }).toBuffer(), left, top };
}

async function caption(file, left, top) {
  const text = readFileSync(join(folder, file.replace(/png$/, "txt")), "utf8").split("\n")[0];
  const lines = text.match(/.{1,32}(,|$)/g) ?? [text];
  const spans = lines.map((words, i) => `<text x="2" y="${(i + 1) * line}">${words.trim().replace(/&/g, "&amp;").replace(/</g, "&lt;")}</text>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${cell}" height="${words}" font-family="sans-serif" font-size="10">${spans.join("")}</svg>`;
  return { input: Buffer.from(svg), left, top };
}
