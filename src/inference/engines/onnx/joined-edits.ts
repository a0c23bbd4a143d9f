import type { RowEdits } from "../../../base/onnx-runtime.ts";
import type { LayerAgain } from "../decoder-kernels.ts";
import { wholeNames } from "./lower-whole-decoder.ts";

/** What became of the caches of all layers, in one list. */
export function joinedEdits(layers: readonly LayerAgain[]): RowEdits {
  const steps: number[] = [];
  let newCount = 0;
  for (const [layer, { edits }] of layers.entries()) {
    const before = newCount;
    for (const [at, from] of edits.from.entries()) {
      if (from < 0) newCount++;
      steps.push(layer, edits.to[at]!, from < 0 ? from - before : from);
    }
  }
  return {
    sets: layers.map((_, layer) => [wholeNames.keys(layer), wholeNames.values(layer)]),
    steps: Int32Array.from(steps),
    rows: [joined(layers.map(({ edits }) => edits.keys)), joined(layers.map(({ edits }) => edits.values))],
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
