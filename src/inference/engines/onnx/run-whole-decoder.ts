import type { OnnxSession, RuntimeTensor, RuntimeTensors } from "../../../base/onnx-runtime.ts";
import { turnTables } from "../../decoding/rotary.ts";
import type { DecoderModel } from "../../models/decoder-model.ts";
import { embedded } from "../decoder-embedding.ts";
import type { WholeLayer, WholeResult, WholeRows } from "../decoder-kernels.ts";
import { wholeNames } from "./lower-whole-decoder.ts";
import { EXCLUDED_SCORE } from "./lowering.ts";

/** New tokens of one sequence through the graph of a whole decoder; the caches go back before anything else happens. */
export async function runWholeDecoder(
  model: DecoderModel,
  session: OnnxSession,
  rows: WholeRows,
): Promise<WholeResult> {
  const { headDimension, keyValueHeadCount } = model.shape;
  const layers = rows.lend();
  const loan: Record<string, RuntimeTensor> = {};
  const biases: Record<string, RuntimeTensor> = {};
  for (const [layer, { keys, values, capacity, bias }] of layers.entries()) {
    const shape = [keyValueHeadCount, capacity, headDimension];
    loan[wholeNames.keys(layer)] = { type: "float32", data: keys, shape };
    loan[wholeNames.values(layer)] = { type: "float32", data: values, shape };
    biases[wholeNames.bias(layer)] = float(bias, [bias.length / capacity, 1, capacity]);
  }
  const run = await session.runLending({ ...inputsOf(model, rows), ...biases }, loan);
  const returned = (name: string) => run.loan[name]!.data as Float32Array;
  for (const [layer, { giveBack }] of layers.entries()) {
    giveBack(returned(wholeNames.keys(layer)), returned(wholeNames.values(layer)));
  }
  if (run.outputs instanceof Error) throw run.outputs;
  const capacities = layers.map(({ capacity }) => capacity);
  return resultOf(model, rows, capacities, run.outputs);
}

function inputsOf(model: DecoderModel, { ids, positions, observedCount }: WholeRows): RuntimeTensors {
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
  const inputs = {
    [wholeNames.hidden]: float(embedded(model, ids, positions), [rowCount, hiddenSize]),
    [wholeNames.ownBias]: float(ownBias, [queryCount, rowCount]),
    [wholeNames.sumWeights]: float(sumWeights, [sumWeights.length / queryCount, queryCount]),
    [wholeNames.ownStart]: { type: "int64" as const, data: BigInt64Array.of(BigInt(-rowCount)), shape: [1] },
  };
  if (model.positions.kind === "learned") return inputs;
  const { cosines, sines } = turnTables(headDimension, model.positions.base, positions);
  const shape = [rowCount, 1, headDimension / 2];
  return { ...inputs, [wholeNames.cosines]: float(cosines, shape), [wholeNames.sines]: float(sines, shape) };
}

function resultOf(
  model: DecoderModel,
  { ids, observedCount }: WholeRows,
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
      start += keyValueHeadCount * (observedCount > 0 ? 2 : 1) * (capacity + ids.length);
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
