// What the evidence of decoders shares: weights beside the checkout, an engine under them, their texts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSpatten } from "../dist/index.js";
import { loadDecoder, openKernels } from "../dist/inference/decoder.js";
import { openFolder } from "../dist/platform/node/folder.js";
import { parseSquad } from "../dist/quality/datasets/squad.js";
import { textsOf } from "../dist/quality/perplexity/texts-of.js";
import { shared } from "./support.mjs";

const data = (...parts) => join(shared, "data", ...parts);

/** Token that begins a text of gpt2-kjv-shakespeare. */
export const KJV_BEGIN_ID = 1999;
export const kjvText = () => readFileSync(data("gpt2-kjv-shakespeare", "test.txt"), "utf8");

/** Paragraphs of XQuAD joined by blank lines, as in the README of SmolLM2. */
export function xquadText() {
  const [{ text }] = textsOf(
    parseSquad(readFileSync(data("xquad-en", "xquad.en.json"), "utf8"), "xquad.en.json"),
  );
  return text;
}

// Once: each package has a thread of its own for graphs.
const { engines } = createSpatten();
const loaded = new Map();

/** Runs `act(decoder, kernels)` on a decoder of the shared data under an engine. */
export async function withDecoder(name, engineId, act) {
  if (!loaded.has(name)) loaded.set(name, openFolder(data(name)).then(loadDecoder));
  const decoder = await loaded.get(name);
  const engine = engines.find(({ id }) => id === engineId);
  const kernels = await openKernels(engine, decoder.model);
  try {
    return await act(decoder, kernels);
  } finally {
    await kernels.close();
  }
}
