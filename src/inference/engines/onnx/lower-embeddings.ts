import { createGraphBuilder, type GraphBuilder } from "../../../graph/graph-builder.ts";
import type { EncoderModel, PatchEmbeddings, TokenEmbeddings } from "../../models/encoder-model.ts";
import { lowerLinear, lowerNorm } from "./lower-linear.ts";
import { type Lowering, type LoweringOptions, ordinalRow, paddingOf, type TokenRows } from "./lowering.ts";

/** Names of a graph's inputs. */
export const graphInputs = {
  ids: "input_ids",
  /** Asked for by models that tell the texts of a pair apart. */
  typeIds: "token_type_ids",
  features: "features",
  lengths: "lengths",
} as const;

/** Kinds of tokens that a model tells apart. */
export function tokenTypeCount({ embeddings, shape }: EncoderModel): number {
  if (embeddings.kind !== "tokens" || embeddings.types === undefined) return 1;
  return embeddings.types.length / shape.hiddenSize;
}

/** Rows of the longest input that a model takes. */
export function longestInput({ embeddings, shape }: EncoderModel): number {
  const rows = embeddings.positions.length / shape.hiddenSize;
  return embeddings.kind === "tokens" ? rows - embeddings.firstPosition : rows;
}

/**
 * A graph with the inputs of a model, and the rows that enter its first layer: ids and types (batch, tokens) as int64 or
 * patches (batch, patches, features), and for a batch the rows of each sentence, class token included (batch).
 */
export function lowerEmbeddings(
  model: EncoderModel,
  options: LoweringOptions,
): { readonly lowering: Lowering; readonly rows: TokenRows } {
  const { embeddings, shape } = model;
  const graph = createGraphBuilder("encoder");
  const sentences = options.form === "one" ? 1 : "batch";
  const input =
    embeddings.kind === "tokens"
      ? graph.input(graphInputs.ids, "int64", [sentences, "tokens"])
      : graph.input(graphInputs.features, "float32", [sentences, "patches", embeddings.projection.inputs]);
  const typeIds =
    tokenTypeCount(model) === 1
      ? undefined
      : graph.input(graphInputs.typeIds, "int64", [sentences, "tokens"]);
  const sizes = graph.node("Shape", [input]);
  const inputRows = graph.node("Gather", [sizes, graph.integers([1])]);
  const width =
    embeddings.kind === "tokens" ? inputRows : graph.node("Add", [inputRows, graph.integers([1])]);
  const lengths = options.form === "one" ? width : graph.input(graphInputs.lengths, "int64", ["batch"]);
  const ordinals = graph.tensor("ordinals", ordinalsUpTo(longestInput(model)), [longestInput(model)]);
  const batch = graph.node("Gather", [sizes, graph.integers([0])]);
  const lowering: Lowering = { graph, options, ordinals, lengths, batch };
  const hidden =
    embeddings.kind === "tokens"
      ? lowerTokens(lowering, embeddings, { ids: input, typeIds, width }, shape.hiddenSize)
      : lowerPatches(lowering, embeddings, input, width, shape.hiddenSize);
  const everyRow = graph.node("Concat", [batch, width], { attributes: { axis: 0 } });
  return {
    lowering,
    rows: {
      hidden: graph.node("Reshape", [hidden, graph.integers([-1, shape.hiddenSize])]),
      positions: graph.node("Expand", [ordinalRow(lowering, width), everyRow]),
      width,
      padding: options.form === "one" ? undefined : paddingOf(lowering, lengths, width),
    },
  };
}

function ordinalsUpTo(count: number): BigInt64Array {
  return BigInt64Array.from({ length: count }, (_, index) => BigInt(index));
}

/** (batch, tokens, hidden) */
function lowerTokens(
  lowering: Lowering,
  { words, types, norm, positions, firstPosition }: TokenEmbeddings,
  input: { readonly ids: string; readonly typeIds: string | undefined; readonly width: string },
  hiddenSize: number,
): string {
  const graph = lowering.graph.within("embeddings");
  const lookUp = (name: string, table: Float32Array, ids: string) =>
    graph.node("Gather", [graph.tensor(name, table, [table.length / hiddenSize, hiddenSize]), ids]);
  const used = positions.subarray(firstPosition * hiddenSize);
  // Where every token has the same type, its row is part of every position.
  const isFolded = types !== undefined && input.typeIds === undefined;
  const places = isFolded ? used.map((value, index) => value + types[index % hiddenSize]!) : used;
  const placed = graph.node("Add", [
    lookUp("words", words, input.ids),
    firstRows(graph, places, input.width, hiddenSize),
  ]);
  const sum =
    types === undefined || input.typeIds === undefined
      ? placed
      : graph.node("Add", [placed, lookUp("types", types, input.typeIds)]);
  return lowerNorm({ ...lowering, graph }, sum, "norm", norm);
}

/** The first rows of a table of positions: (width, hidden). */
function firstRows(graph: GraphBuilder, positions: Float32Array, width: string, hiddenSize: number): string {
  const table = graph.tensor("positions", positions, [positions.length / hiddenSize, hiddenSize]);
  return graph.node("Slice", [table, graph.integers([0]), width, graph.integers([0])]);
}

/** (batch, 1 + patches, hidden) */
function lowerPatches(
  lowering: Lowering,
  { projection, classToken, positions }: PatchEmbeddings,
  features: string,
  width: string,
  hiddenSize: number,
): string {
  const graph = lowering.graph.within("embeddings");
  const flat = graph.node("Reshape", [features, graph.integers([-1, projection.inputs])]);
  const projected = lowerLinear({ ...lowering, graph }, flat, "projection", projection);
  const apart = graph.node("Concat", [lowering.batch, graph.integers([-1, hiddenSize])], {
    attributes: { axis: 0 },
  });
  const patches = graph.node("Reshape", [projected, apart]);
  const oneEach = graph.node("Concat", [lowering.batch, graph.integers([1, hiddenSize])], {
    attributes: { axis: 0 },
  });
  const token = graph.node("Expand", [graph.tensor("class", classToken, [1, 1, hiddenSize]), oneEach]);
  const rows = graph.node("Concat", [token, patches], { attributes: { axis: 1 } });
  return graph.node("Add", [rows, firstRows(graph, positions, width, hiddenSize)]);
}
