import type { RuntimeTensor, RuntimeTensors } from "../../../base/onnx-runtime.ts";
import { type EncoderModel, type ModelInput, rowCountOf } from "../../models/encoder-model.ts";
import { graphInputs, tokenTypeCount } from "./lower-embeddings.ts";

/** What a graph is fed for a batch; shorter inputs are padded with zeros. The form for one takes no lengths. */
export function graphFeeds(
  model: EncoderModel,
  inputs: readonly ModelInput[],
  form: "one" | "batch",
): RuntimeTensors {
  const counts = inputs.map(rowCountOf);
  const most = Math.max(...counts);
  const values =
    inputs[0]!.kind === "tokens" ? idTensors(model, inputs, most) : featureTensor(model, inputs, most - 1);
  if (form === "one") return values;
  return { ...values, [graphInputs.lengths]: integers(counts, [inputs.length]) };
}

function idTensors(model: EncoderModel, inputs: readonly ModelInput[], width: number): RuntimeTensors {
  const typeCount = tokenTypeCount(model);
  const rows = inputs.map((input) => (input.kind === "tokens" ? input : { ids: [], typeIds: undefined }));
  const ids = paddedRows(
    rows.map((row) => row.ids),
    width,
  );
  if (typeCount === 1) return { [graphInputs.ids]: ids };
  const types = rows.map(({ typeIds = [] }) => typeIds.map((type) => Math.min(type, typeCount - 1)));
  return { [graphInputs.ids]: ids, [graphInputs.typeIds]: paddedRows(types, width) };
}

function paddedRows(rows: readonly (readonly number[])[], width: number): RuntimeTensor {
  const padded = rows.flatMap((row) => [...row, ...new Array<number>(width - row.length).fill(0)]);
  return integers(padded, [rows.length, width]);
}

function featureTensor(
  { embeddings }: EncoderModel,
  inputs: readonly ModelInput[],
  patches: number,
): RuntimeTensors {
  const width = embeddings.kind === "patches" ? embeddings.projection.inputs : 0;
  const data = new Float32Array(inputs.length * patches * width);
  inputs.forEach((input, row) => {
    if (input.kind === "patches") data.set(input.features, row * patches * width);
  });
  return { [graphInputs.features]: { type: "float32", shape: [inputs.length, patches, width], data } };
}

function integers(values: readonly number[], shape: readonly number[]): RuntimeTensor {
  return { type: "int64", shape, data: BigInt64Array.from(values, BigInt) };
}
