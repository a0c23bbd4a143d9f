import type { Progress } from "../base/checkpoint.ts";
import { SpattenError } from "../base/errors.ts";
import type { TextRun } from "../inference/text-model.ts";
import type { LabelledText } from "./datasets/clinc150.ts";

/** How often a classifier is right, and how much of each sentence its layers worked on. */
export interface Accuracy {
  readonly correctCount: number;
  readonly totalCount: number;
  readonly accuracyRatio: number;
  /** Mean over texts and layers of tokens kept / tokens. */
  readonly meanTokenKeepRatio: number;
  /** Mean over texts and layers of heads kept / heads. */
  readonly meanHeadKeepRatio: number;
}

export interface AccuracyOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Sees each run, for figures beyond the accuracy. */
  readonly onRun?: ((run: TextRun, example: LabelledText) => void) | undefined;
}

/** Classifies every text and counts the right answers. */
export async function measureAccuracy(
  classify: (text: string) => Promise<TextRun>,
  examples: readonly LabelledText[],
  options: AccuracyOptions = {},
): Promise<Accuracy> {
  let correctCount = 0;
  let tokenKeep = 0;
  let headKeep = 0;
  for (const [index, example] of examples.entries()) {
    const run = await classify(example.text);
    if (isRight(run, example)) correctCount++;
    tokenKeep += meanKeep(run, (layer) => layer.tokens.length / run.tokens.length);
    headKeep += meanKeep(run, (layer) => layer.heads.length / run.layers[0]!.heads.length);
    options.onRun?.(run, example);
    options.onProgress?.({ stage: "accuracy", done: index + 1, total: examples.length });
  }
  return {
    correctCount,
    totalCount: examples.length,
    accuracyRatio: correctCount / examples.length,
    meanTokenKeepRatio: tokenKeep / examples.length,
    meanHeadKeepRatio: headKeep / examples.length,
  };
}

function isRight({ prediction }: TextRun, { label }: LabelledText): boolean {
  if (prediction.kind === "classification") return prediction.label === label;
  throw new SpattenError("usage", "accuracy needs a classifier", {
    got: `a model that gives a ${prediction.kind}`,
  });
}

function meanKeep(run: TextRun, keep: (layer: TextRun["layers"][number]) => number): number {
  return run.layers.reduce((sum, layer) => sum + keep(layer), 0) / run.layers.length;
}
