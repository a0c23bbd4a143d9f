import { SpattenError } from "../../base/errors.ts";
import type { LayerDecision } from "../../inference/decisions.ts";
import type { LoadedEncoder } from "../../inference/encoder.ts";
import type { Prediction } from "../../inference/predictions.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { createInputRunner, type InputRunnerOptions, type RunSetting } from "./input-runner.ts";
import type { Answer, EvaluationInput, Outcome } from "./outcome.ts";

/** What a machine says of a workload, as far as savings need it. */
export type Price = (workload: AttentionWorkload) => Promise<PricedOutcome>;
export type PricedOutcome = Pick<
  Outcome,
  "attentionOperations" | "dramBytes" | "operandDramBytes" | "cycles" | "energyPicojoules"
>;

export interface OutcomeRunnerOptions extends InputRunnerOptions {
  readonly price: Price;
  /** Milliseconds of any origin. */
  readonly clock: () => number;
}

/** Runs inputs in one go, and says of each what came of it; its time is its part of what all of them took. */
export type RunOutcomes = (inputs: readonly EvaluationInput[], setting: RunSetting) => Promise<Outcome[]>;

/** A way to run inputs on a loaded encoder and to price what they did. */
export function createOutcomeRunner(options: OutcomeRunnerOptions): RunOutcomes {
  const { encoder, clock, price } = options;
  const runInputs = createInputRunner(options);
  return async (inputs, setting) => {
    const startedAt = clock();
    const runs = await runInputs(inputs, setting);
    const measuredMilliseconds = (clock() - startedAt) / inputs.length;
    return Promise.all(
      runs.map(async (run) => ({
        answer: answerOf(run.prediction),
        ...keptParts(run.layers, encoder),
        ...(await price(run.workload)),
        measuredMilliseconds,
      })),
    );
  };
}

function keptParts(layers: readonly LayerDecision[], encoder: LoadedEncoder) {
  const tokenCount = layers[0]!.tokens.length;
  const meanOf = (value: (layer: LayerDecision) => number): number =>
    layers.reduce((sum, layer) => sum + value(layer), 0) / layers.length;
  return {
    tokenCount,
    tokenKeepRatio: meanOf((layer) => layer.tokens.length / tokenCount),
    headKeepRatio: meanOf((layer) => layer.heads.length / encoder.layout.shape.headCount),
    linearOperations: 2 * layers.length * meanOf((layer) => layer.linearMultiplyAccumulates),
  };
}

/** Digits that give every single-precision number back. */
const FLOAT32_DIGITS = 9;

function answerOf(prediction: Prediction | undefined): Answer {
  switch (prediction?.kind) {
    case "classification":
      return { kind: "class", label: prediction.label };
    case "regression":
      return { kind: "value", value: prediction.value };
    case "embedding":
      return {
        kind: "vector",
        vector: Array.from(prediction.vector, (value) => Number(value.toPrecision(FLOAT32_DIGITS))),
      };
    case "span":
      return { kind: "span", text: prediction.answer };
    default:
      throw new SpattenError("usage", "there is no measure of quality for this head", {
        got: prediction?.kind ?? "an output for each patch",
        expected: "a class, a number, an embedding or a span",
      });
  }
}
