import { configHash, sha256Hex } from "../../base/json.ts";
import type { LoadedModel } from "../../inference/load-model.ts";
import type { Example, Split } from "../datasets/dataset.ts";

/** A name for the rows of a split, and of what they are compared with: equal for equal contents. */
export function dataHashOf(split: Split, support: Split | undefined): string {
  const content = ({ rows, documents }: Split) => ({ rows: rows.map(contentOf), documents });
  return configHash([content(split), support === undefined ? null : content(support)]);
}

function contentOf(example: Example): unknown {
  const { where: _, ...content } = example;
  if (content.kind !== "clip") return content;
  return [content.label, content.frameCount, hashOfNumbers(content.readFeatures())];
}

/** A name for a model: its layout's shape and every weight. */
export function modelHashOf({ name, layout, model }: LoadedModel): string {
  return configHash({
    name,
    shape: layout.shape,
    ...("labels" in layout ? { labels: layout.labels } : {}),
    weights: numbersIn(model).map(hashOfNumbers),
  });
}

/** Every list of numbers below a value, in the order of the keys. */
function numbersIn(value: unknown): Float32Array[] {
  if (value instanceof Float32Array) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

function hashOfNumbers({ buffer, byteOffset, byteLength }: Float32Array): string {
  return sha256Hex(new Uint8Array(buffer, byteOffset, byteLength));
}
