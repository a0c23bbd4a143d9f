import type { Progress } from "../base/checkpoint.ts";
import { SpattenError } from "../base/errors.ts";
import type { FolderReader } from "../base/folder-reader.ts";
import { groupsOf } from "../base/groups-of.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import { validatePlan } from "../pruning/schedule.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import type { Arithmetic } from "./arithmetic.ts";
import type { LayerDecision } from "./decisions.ts";
import { type EncoderOptions, type LoadedEncoder, loadEncoder } from "./encoder.ts";
import type { ModelLayout, Task } from "./models/architecture.ts";
import { type Prediction, predictionOf } from "./predictions.ts";
import { type EncodedText, fitToPositions } from "./tokenizer.ts";

/** One text under one plan: the answer, every decision on the way, and the attention work that it is. */
export interface TextRun {
  readonly text: string;
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly plan: PruningPlan;
  /** The numbers that the attention was computed in. */
  readonly arithmetic: Arithmetic;
  readonly prediction: Prediction;
  readonly layers: readonly LayerDecision[];
  readonly workload: AttentionWorkload;
}

export interface TextRunOptions extends Omit<EncoderOptions, "onLayer"> {
  /** Second text of a pair: the context of a question. */
  readonly context?: string | undefined;
  /** Cuts a text that has more tokens than the model has positions. */
  readonly truncate?: boolean | undefined;
  /** Cuts a text that has more tokens than this, marks included, or than the model has positions. */
  readonly maximumTokenCount?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A text, or a question and its context. */
export interface TextPair {
  readonly text: string;
  readonly context?: string | undefined;
}

export interface TextBatchOptions extends Omit<TextRunOptions, "context"> {
  /** Texts in one run of the engine; by default 8. */
  readonly batchSize?: number | undefined;
}

/** Enough to share what a run costs by itself, and little enough that padding stays small. */
const DEFAULT_BATCH_SIZE = 8;

/** A loaded model of texts. */
export interface TextModel {
  readonly name: string;
  readonly labels: readonly string[];
  readonly layerCount: number;
  readonly headCount: number;
  readonly headDimension: number;
  readonly positionCount: number;
  /** What its output means. */
  readonly task: Task;
  run(text: string, options: TextRunOptions): Promise<TextRun>;
  /** Runs texts of any lengths; each result is what `run` gives for it alone, in the order of the texts. */
  runBatch(texts: readonly (string | TextPair)[], options: TextBatchOptions): Promise<TextRun[]>;
}

/** Loads a model of texts from a Hugging Face folder. @throws SpattenError `missing-model`, `checkpoint`. */
export async function loadTextModel(folder: FolderReader): Promise<TextModel> {
  return textModelOf(await loadEncoder(folder), folder.name);
}

/** The model of texts that an encoder of tokens is. @throws SpattenError `missing-engine` for one of patches. */
export function textModelOf(encoder: LoadedEncoder, where: string): TextModel {
  const { layout, tokenizer, name } = encoder;
  const vocabularySize = layout.vocabularySize;
  if (vocabularySize === undefined || tokenizer === undefined) throw notOfTexts(layout, where);
  const { layerCount, headCount, headDimension } = layout.shape;
  const encode = ({ text, context }: TextPair, options: Omit<TextRunOptions, "context">): EncodedText => {
    const whole = tokenizer.encode(text, context);
    const limit = Math.min(layout.positionCount, options.maximumTokenCount ?? layout.positionCount);
    const isCut = options.truncate === true || options.maximumTokenCount !== undefined;
    const encoded = fitToPositions(whole, limit, isCut);
    checkIds(encoded.ids, vocabularySize, where);
    return encoded;
  };
  const runTexts = async (texts: readonly TextPair[], options: TextBatchOptions): Promise<TextRun[]> => {
    const { plan, onProgress, batchSize = DEFAULT_BATCH_SIZE } = options;
    validatePlan(plan, layerCount);
    const rows = texts.map((pair) => encode(pair, options));
    const results: TextRun[] = [];
    let finished = 0;
    for (const group of groupsOfLikeLength(rows, batchSize)) {
      const inputs = group
        .map((at) => rows[at]!)
        .map(({ ids, typeIds }) => ({ kind: "tokens" as const, ids, typeIds }));
      // A single text tells how far it is by its layers, several by the texts that are done.
      const onLayer = (done: number, total: number) => onProgress?.({ stage: plan.name, done, total });
      const runs = await encoder.runBatch(inputs, texts.length === 1 ? { ...options, onLayer } : options);
      for (const [slot, run] of runs.entries()) {
        const at = group[slot]!;
        const encoded = rows[at]!;
        results[at] = {
          text: texts[at]!.text,
          ids: encoded.ids,
          tokens: encoded.tokens,
          plan,
          arithmetic: options.arithmetic ?? "float32",
          prediction: predictionOf(layout, run, encoded, tokenizer),
          layers: run.layers,
          workload: run.workload,
        };
      }
      finished += group.length;
      if (texts.length > 1) onProgress?.({ stage: plan.name, done: finished, total: texts.length });
    }
    return results;
  };
  return {
    ...{ name, layerCount, headCount, headDimension },
    labels: layout.labels,
    positionCount: layout.positionCount,
    task: layout.task,
    run: async (text, options) =>
      (await runTexts([{ text, context: options.context }], { ...options, batchSize: 1 }))[0]!,
    runBatch: (texts, options) =>
      runTexts(
        texts.map((row) => (typeof row === "string" ? { text: row } : row)),
        options,
      ),
  };
}

function notOfTexts({ task }: ModelLayout, where: string): SpattenError {
  return new SpattenError("missing-engine", "this model does not take texts", {
    where,
    got: `${task} of patches`,
    expected: "a model of tokens",
  });
}

/** Places of the texts, in groups of at most `size` with the shortest first: little of a batch is padding then. */
function groupsOfLikeLength(rows: readonly EncodedText[], size: number): number[][] {
  const order = [...rows.keys()].sort((left, right) => rows[left]!.ids.length - rows[right]!.ids.length);
  return groupsOf(order, size);
}

function checkIds(ids: readonly number[], vocabularySize: number, where: string): void {
  const bad = ids.find((id) => !(id >= 0 && id < vocabularySize));
  if (bad === undefined) return;
  throw new SpattenError("checkpoint", "the tokenizer knows more pieces than the model", {
    where,
    got: `id ${bad}`,
    expected: `below ${vocabularySize}`,
  });
}
