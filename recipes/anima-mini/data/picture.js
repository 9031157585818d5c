// One picture of a style with its tags: a single avatar, possibly mirrored, or two side by side.
import { Resvg } from "@resvg/resvg-js";
import { dealAvatar, dealBackground } from "./avatar.js";

const mirrored = { left: "right", right: "left" };

/** A picture dealt from decks: { svg, quality, count, artist, tags, background }. mirror and pairs are percentages. */
export function dealPicture(style, size, decks, { mirror, pairs }) {
  return decks.happens("pair", pairs) ? pair(style, size, decks) : single(style, size, decks, mirror);
}

/** Raw RGB pixels (Buffer, size x size x 3) of an SVG. */
export function pixels(svg, size) {
  const rgba = new Resvg(svg, { fitTo: { mode: "width", value: size }, font: { loadSystemFonts: false } }).render().pixels;
  const rgb = Buffer.allocUnsafe(size * size * 3);
  for (let i = 0, o = 0; o < rgb.length; i += 4) {
    rgb[o++] = rgba[i];
    rgb[o++] = rgba[i + 1];
    rgb[o++] = rgba[i + 2];
  }
  return rgb;
}

function single(style, size, decks, mirror) {
  const avatar = dealAvatar(style, decks);
  // Only styles seen from the side are mirrored: in the others no tag would tell the two apart. Where nothing is mirrored,
  // all pictures of a style look the same way, and the tag would say nothing that the artist does not.
  const flip = Boolean(avatar.facing) && decks.happens("mirror", mirror);
  const side = mirror > 0 && avatar.facing ? [`facing ${flip ? mirrored[avatar.facing] : avatar.facing}`] : [];
  return {
    svg: avatar.create(size, { flip, backgroundColor: [avatar.background] }).toString(),
    quality: [],
    count: [avatar.count, "solo"],
    artist: avatar.artist,
    tags: [...avatar.tags, ...side],
    background: ["simple background", avatar.backgroundTag],
  };
}

/** Half as large, side by side; busts stand on the lower edge, as they do alone. Danbooru's way: the tags of both in one list. */
function pair(style, size, decks) {
  const background = dealBackground(decks);
  const two = [dealAvatar(style, decks, background), dealAvatar(style, decks, background)];
  const top = two[0].tags.includes("upper body") ? size / 2 : size / 4;
  // Ids of masks repeat between avatars of a style; made unique, each avatar finds its own.
  const place = ({ create }, i) =>
    create(size / 2, { randomizeIds: true, backgroundColor: [background[0]] }).toString().replace("<svg ", `<svg x="${(i * size) / 2}" y="${top}" `);
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="100%" height="100%" fill="#${background[0]}"/>${two.map(place).join("")}</svg>`,
    quality: [],
    count: people(two.map((avatar) => avatar.count)),
    artist: two[0].artist,
    tags: [...new Set([...two[0].tags, ...two[1].tags])],
    background: ["simple background", background[1][0]],
  };
}

function people(counts) {
  const girls = counts.filter((count) => count === "1girl").length;
  return girls === 2 ? ["2girls"] : girls === 1 ? ["1girl", "1boy"] : ["2boys"];
}
