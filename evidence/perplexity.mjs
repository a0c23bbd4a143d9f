import { readFileSync } from "node:fs";
import { join } from "node:path";
import { neverRest } from "../dist/base/checkpoint.js";
import { createSpatten } from "../dist/index.js";
import { loadDecoder, openKernels } from "../dist/inference/decoder.js";
import { openFolder } from "../dist/platform/node/folder.js";
import { parsePlainText } from "../dist/quality/datasets/plain-text.js";
import { parseSquad } from "../dist/quality/datasets/squad.js";
import { textsOf } from "../dist/quality/perplexity/texts-of.js";
import { denseWindowNats } from "../dist/quality/perplexity/window-nats.js";
import { textWindows } from "../dist/quality/perplexity/windows.js";
import { shared } from "./support.mjs";

export const title = "dense decoders on their texts, in windows: figures of their READMEs";

const data = (...parts) => join(shared, "data", ...parts);
const read = (...parts) => readFileSync(data(...parts), "utf8");
const gpt2 = {
  model: "gpt2-kjv-shakespeare",
  split: () => ({ ...parsePlainText(read("gpt2-kjv-shakespeare", "test.txt"), "test.txt"), documents: [] }),
  beginId: 1999,
  tokenCount: 20_460,
};
const smolLm2 = {
  model: "smollm2-135m-instruct",
  split: () => parseSquad(read("xquad-en", "xquad.en.json"), "xquad.en.json"),
  tokenCount: 4096,
};

/** Context, and nats a token as published beside the weights. */
const figures = [
  ...[
    [64, 4.1965],
    [256, 4.0535],
    [1023, 4.0126],
  ].map(([length, nats]) => ({ ...gpt2, length, nats })),
  ...[
    [256, 3.21653],
    [1024, 3.06882],
    [2048, 3.06239],
  ].map(([length, nats]) => ({ ...smolLm2, length, nats })),
];

/** Rounding of float32 differs between implementations. */
const TOLERANCE_NATS = 5e-4;

async function measure({ model, split, beginId, tokenCount, length }) {
  const engine = createSpatten().engines.find(({ id }) => id === "onnx");
  const decoder = await loadDecoder(await openFolder(data(model)));
  const kernels = await openKernels(engine, decoder.model);
  const [{ text }] = textsOf(split());
  const ids = decoder.tokenizer.encodePlain(text).slice(0, tokenCount);
  let [sum, count] = [0, 0];
  for (const window of textWindows(ids, length, beginId).windows) {
    const options = { checkpoint: neverRest };
    for (const nats of await denseWindowNats({ model: decoder.model, kernels }, window, options)) {
      sum += nats;
      count++;
    }
  }
  await kernels.close();
  return sum / count;
}

export const steps = figures.map((figure) => ({
  id: `${figure.model}-${figure.length}`,
  quantity: `${figure.model}, context ${figure.length}: nats a token`,
  expected: `${figure.nats} in its README`,
  run: async () => {
    const nats = await measure(figure);
    return { ours: nats.toFixed(5), holds: Math.abs(nats - figure.nats) <= TOLERANCE_NATS };
  },
}));
