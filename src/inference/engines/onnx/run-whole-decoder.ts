import type { HeldTensors, OnnxSession, RuntimeTensor, RuntimeTensors } from "../../../base/onnx-runtime.ts";
import { turnTables } from "../../decoding/rotary.ts";
import type { DecoderModel } from "../../models/decoder-model.ts";
import { embedded } from "../decoder-embedding.ts";
import type {
  KeptCache,
  LayerReading,
  LayerTensors,
  WholeLayer,
  WholeResult,
  WholeRows,
} from "../decoder-kernels.ts";
import { EXCLUDED_SCORE } from "../excluded-score.ts";
import { joinedEdits } from "./joined-edits.ts";
import { wholeNames } from "./lower-whole-decoder.ts";

/** The caches that a session holds. */
const heldCaches = new WeakMap<KeptCache, { readonly session: OnnxSession; readonly tensors: HeldTensors }>();

/**
 * New tokens of one sequence through the graph of a whole decoder; the caches go back before anything else happens, or stay
 * with a session that can hold them.
 */
export async function runWholeDecoder(
  model: DecoderModel,
  session: OnnxSession,
  rows: WholeRows,
): Promise<WholeResult> {
  const held = rows.kept && heldCaches.get(rows.kept);
  const { layers, outputs } =
    held?.session === session && rows.mayKeep
      ? await runAgain(model, held.tensors, rows)
      : await runLoan(model, session, rows);
  if (outputs instanceof Error) throw outputs;
  const capacities = layers.map(({ capacity }) => capacity);
  return resultOf(model, rows, capacities, outputs);
}

interface Run {
  readonly layers: readonly LayerReading[];
  readonly outputs: RuntimeTensors | Error;
}

async function runAgain(model: DecoderModel, held: HeldTensors, rows: WholeRows): Promise<Run> {
  const layers = rows.again();
  const outputs = await held.run(inputsOf(model, rows, layers), joinedEdits(layers));
  rows.keep(rows.kept!);
  return { layers, outputs };
}

async function runLoan(model: DecoderModel, session: OnnxSession, rows: WholeRows): Promise<Run> {
  const { headDimension, keyValueHeadCount } = model.shape;
  const layers = await rows.lend();
  const loan: Record<string, RuntimeTensor> = {};
  for (const [layer, { keys, values, capacity }] of layers.entries()) {
    const shape = [keyValueHeadCount, capacity, headDimension];
    loan[wholeNames.keys(layer)] = float(keys, shape);
    loan[wholeNames.values(layer)] = float(values, shape);
  }
  const inputs = inputsOf(model, rows, layers);
  const returned = (tensors: RuntimeTensors): LayerTensors[] => {
    const read = (name: string) => tensors[name]!.data as Float32Array;
    return layers.map((_, layer) => ({
      keys: read(wholeNames.keys(layer)),
      values: read(wholeNames.values(layer)),
    }));
  };
  if (rows.mayKeep && session.hold !== undefined) {
    const tensors = session.hold(loan);
    const cache: KeptCache = { takeBack: async () => returned(await tensors.takeBack()) };
    heldCaches.set(cache, { session, tensors });
    const outputs = await tensors.run(inputs);
    rows.keep(cache);
    return { layers, outputs };
  }
  const run = await session.runLending(inputs, loan);
  for (const [layer, { keys, values }] of returned(run.loan).entries()) layers[layer]!.giveBack(keys, values);
  return { layers, outputs: run.outputs };
}

function inputsOf(
  model: DecoderModel,
  { ids, positions, observedCount, sumsHeads }: WholeRows,
  layers: readonly LayerReading[],
): RuntimeTensors {
  const { hiddenSize, headCount, keyValueHeadCount, headDimension } = model.shape;
  const rowCount = ids.length;
  const queryCount = (headCount / keyValueHeadCount) * rowCount;
  const ownBias = new Float32Array(queryCount * rowCount);
  for (let query = 0; query < queryCount; query++) {
    ownBias.fill(EXCLUDED_SCORE, query * rowCount + (query % rowCount) + 1, (query + 1) * rowCount);
  }
  const sumWeights = new Float32Array((observedCount > 0 ? 2 : 1) * queryCount).fill(1, 0, queryCount);
  for (let query = 0; query < queryCount && observedCount > 0; query++) {
    if (query % rowCount >= rowCount - observedCount) sumWeights[queryCount + query] = 1;
  }
  const biases = layers.map(({ bias, capacity }, layer): [string, RuntimeTensor] => [
    wholeNames.bias(layer),
    float(bias, [bias.length / capacity, 1, capacity]),
  ]);
  const headSums = sumsHeads ? 1 : keyValueHeadCount;
  const headWeights = new Float32Array(headSums * keyValueHeadCount);
  for (let head = 0; head < keyValueHeadCount; head++) {
    headWeights[sumsHeads ? head : head * keyValueHeadCount + head] = 1;
  }
  const inputs = {
    ...Object.fromEntries(biases),
    [wholeNames.hidden]: float(embedded(model, ids, positions), [rowCount, hiddenSize]),
    [wholeNames.ownBias]: float(ownBias, [queryCount, rowCount]),
    [wholeNames.sumWeights]: float(sumWeights, [sumWeights.length / queryCount, queryCount]),
    [wholeNames.headWeights]: float(headWeights, [headSums, keyValueHeadCount]),
    [wholeNames.ownStart]: { type: "int64" as const, data: BigInt64Array.of(BigInt(-rowCount)), shape: [1] },
  };
  if (model.positions.kind === "learned") return inputs;
  const { cosines, sines } = turnTables(headDimension, model.positions.base, positions);
  const shape = [rowCount, 1, headDimension / 2];
  return { ...inputs, [wholeNames.cosines]: float(cosines, shape), [wholeNames.sines]: float(sines, shape) };
}

function resultOf(
  model: DecoderModel,
  { ids, observedCount, sumsHeads }: WholeRows,
  capacities: readonly number[],
  outputs: RuntimeTensors,
): WholeResult {
  const { headCount, keyValueHeadCount } = model.shape;
  const read = (name: string) => outputs[name]!.data as Float32Array;
  const [sums, maxima, outputSums] = [
    read(wholeNames.sums),
    read(wholeNames.maximumProbabilities),
    read(wholeNames.outputSums),
  ];
  let start = 0;
  return {
    states: read(wholeNames.states),
    keys: read(wholeNames.newKeys),
    values: read(wholeNames.newValues),
    layers: capacities.map((capacity, layer): WholeLayer => {
      const first = start;
      const sumCount = (sumsHeads ? 1 : keyValueHeadCount) * (observedCount > 0 ? 2 : 1);
      start += sumCount * (capacity + ids.length);
      const each = headCount * ids.length;
      return {
        sums: sums.subarray(first, start),
        maximumProbabilities: maxima.subarray(layer * each, (layer + 1) * each),
        outputSums: outputSums.subarray(layer * headCount, (layer + 1) * headCount),
      };
    }),
  };
}

function float(data: Float32Array, shape: readonly number[]): RuntimeTensor {
  return { type: "float32", data, shape };
}
