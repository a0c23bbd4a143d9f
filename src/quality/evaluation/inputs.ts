import { SpattenError } from "../../base/errors.ts";
import type { Example } from "../datasets/dataset.ts";
import { silentFeatures } from "../datasets/speech-commands.ts";
import { classOf } from "./class-names.ts";
import type { PlannedInput } from "./outcome.ts";
import { encoderIn, type TaskData } from "./task.ts";

/** Name of the class of no sound. */
const SILENCE = "_silence_";

/** The judged rows, each with its second text where it has one. */
export function rowInputs(data: TaskData): PlannedInput[] {
  return examplesInputs(data, data.split.rows, data.splitName);
}

/** Rows as inputs with keys `split/number`. */
export function examplesInputs(data: TaskData, rows: readonly Example[], splitName: string): PlannedInput[] {
  return rows.map((example, row) => ({
    key: `${splitName}/${row}`,
    make: () => inputOf(data, example, row, splitName),
  }));
}

function inputOf(data: TaskData, example: Example, row: number, splitName: string) {
  const { where } = example;
  const key = `${splitName}/${row}`;
  if (example.kind === "clip") {
    return {
      key,
      where,
      kind: "patches" as const,
      features: featuresOf(data, example),
      patchCount: example.frameCount,
    };
  }
  if (example.kind === "label" || example.kind === "question") {
    return { key, where, kind: "text" as const, text: example.text, context: example.context };
  }
  throw new SpattenError("usage", "encoders are given texts and clips", { where, got: example.kind });
}

function featuresOf(data: TaskData, clip: Extract<Example, { kind: "clip" }>): Float32Array {
  const encoder = encoderIn(data);
  if (!data.muteSilence || classOf(clip, encoder.layout.labels) !== SILENCE) return clip.readFeatures();
  if (encoder.frontend === undefined) {
    throw new SpattenError("usage", "the model brings no frontend to make silence with", {
      where: encoder.name,
      expected: "tensors frontend.dct and frontend.scale",
    });
  }
  return silentFeatures(encoder.frontend, clip.frameCount);
}
