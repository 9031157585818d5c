// Pictures that are bad in a known way, so that "worst quality", "blurry" and negative prompts mean something to the model.
import sharp from "sharp";
import { normal } from "./chance.js";

/** Kinds of damage and the tag of each. Strengths are those of 128 pixels and grow with the size, so that the damage looks alike. */
export const damages = ["blurry", "jpeg artifacts", "noise"];

/** A damaged copy of raw RGB pixels (Buffer, size x size x 3). */
export async function spoil(pixels, size, damage, random) {
  const raw = { raw: { width: size, height: size, channels: 3 } };
  if (damage === "blurry") return sharp(pixels, raw).blur((1.6 + 1.4 * random()) * (size / 128)).raw().toBuffer();
  if (damage === "jpeg artifacts") {
    const quality = 8 + Math.floor(11 * random());
    const small = await sharp(pixels, raw).resize(size / 2, size / 2, { kernel: "linear" }).jpeg({ quality, chromaSubsampling: "4:2:0" }).toBuffer();
    return sharp(small).resize(size, size, { kernel: "linear" }).raw().toBuffer();
  }
  const deviation = 18 + 22 * random();
  // Clamped: a Buffer would wrap 256 to 0.
  return Buffer.from(Uint8ClampedArray.from(pixels, (value) => value + deviation * normal(random)));
}
