import { createRandom } from "../../src/base/random.ts";
import { ByteSink } from "./gguf-writer.ts";

/** A tiny model of llama2.c: hidden 8, inner 12, 2 layers, 2 heads of 4, 1 key head, vocabulary 6, 5 positions. */
export const tinyLlama2c = {
  hidden: 8,
  inner: 12,
  layers: 2,
  heads: 2,
  keyHeads: 1,
  vocabulary: 6,
  positions: 5,
};

/** Matrices in the order of the file, and whether there is one for each layer (llama2.c, export.py, legacy_export). */
const parts = ({ hidden, inner, keyHeads, heads, vocabulary, positions }: typeof tinyLlama2c) => {
  const keys = (keyHeads * hidden) / heads;
  const angles = [positions, hidden / heads / 2] as const;
  return [
    ["embedding", [vocabulary, hidden], false],
    ["attention norm", [hidden], true],
    ["wq", [hidden, hidden], true],
    ["wk", [keys, hidden], true],
    ["wv", [keys, hidden], true],
    ["wo", [hidden, hidden], true],
    ["feed-forward norm", [hidden], true],
    ["w1", [inner, hidden], true],
    ["w2", [hidden, inner], true],
    ["w3", [inner, hidden], true],
    ["norm", [hidden], false],
    ["cosines", angles, false],
    ["sines", angles, false],
    ["output", [vocabulary, hidden], false],
  ] as const;
};

/** A file with random weights, and its matrices by name and layer. */
export function writeLlama2c(hasOutput: boolean): {
  file: Uint8Array;
  matrices: ReadonlyMap<string, Float32Array>;
} {
  const { hidden, inner, layers, heads, keyHeads, vocabulary, positions } = tinyLlama2c;
  const sink = new ByteSink();
  const sizes = [hidden, inner, layers, heads, keyHeads, hasOutput ? -vocabulary : vocabulary, positions];
  for (const size of sizes) sink.uint32(size >>> 0);
  const random = createRandom(3);
  const matrices = new Map<string, Float32Array>();
  for (const [name, shape, isPerLayer] of parts(tinyLlama2c)) {
    if (name === "output" && !hasOutput) continue;
    for (let layer = 0; layer < (isPerLayer ? layers : 1); layer++) {
      const count = shape.reduce((product, size) => product * size, 1);
      const values = Float32Array.from({ length: count }, () => random.next() - 0.5);
      for (const value of values) sink.float32(value);
      matrices.set(isPerLayer ? `${name} ${layer}` : name, values);
    }
  }
  return { file: sink.bytes(), matrices };
}

/** A tokenizer file of llama2.c: pieces with the scores 0, -1, … */
export function writeLlama2cTokenizer(pieces: readonly string[]): Uint8Array {
  const sink = new ByteSink().uint32(Math.max(...pieces.map(({ length }) => length)));
  for (const [id, piece] of pieces.entries()) {
    const bytes = new TextEncoder().encode(piece);
    sink.float32(-id).uint32(bytes.length).push(bytes);
  }
  return sink.bytes();
}

export const tinyLlama2cPieces = ["<unk>", "\n<s>\n", "\n</s>\n", " ", "a", " a"];
