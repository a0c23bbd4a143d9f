import type { ProtectedPositions } from "../../../pruning/cascade.ts";
import { type Lowering, paddingOf, type TokenRows } from "./lowering.ts";

/** Methods whose scores a graph computes, from what was carried and this layer's importance: (batch, width) each. */
export const loweredMethods: Readonly<
  Record<string, (lowering: Lowering, carried: string | undefined, importance: string) => string>
> = {
  spatten: ({ graph }, carried, importance) =>
    carried === undefined ? importance : graph.node("Add", [carried, importance]),
  "layer-top-k": (_lowering, _carried, importance) => importance,
};

/** Above and below every score, and finite. */
const ALWAYS = 3e38;
const NEVER = -3e38;

/** What a layer hands on, as names of values; `gather` takes the surviving rows of a matrix (batch · width, columns). */
export interface LoweredSelection {
  readonly rows: Omit<TokenRows, "hidden">;
  gather(matrix: string): string;
}

/**
 * The surviving tokens by score, in their order, protected ones first of all (SpAtten, Algorithm 2). `counts` are the
 * tokens that stay of each sentence, (batch) or (1).
 */
export function lowerSelection(
  lowering: Lowering,
  rows: TokenRows & { readonly scores: string },
  counts: string,
  protect: ProtectedPositions,
): LoweredSelection {
  const { graph } = lowering;
  const ranked = withoutPadding(lowering, withProtected(lowering, rows, protect), rows);
  const width =
    rows.padding === undefined
      ? counts
      : graph.node("ReduceMax", [counts], { attributes: { axes: [0], keepdims: 1 } });
  const [, best] = graph.nodeWithOutputs("TopK", [ranked, width], { outputCount: 2 });
  const padding = rows.padding === undefined ? undefined : paddingOf(lowering, counts, width);
  const chosen = padding === undefined ? best! : graph.node("Where", [padding.isToken, best!, rows.width]);
  const [sorted] = graph.nodeWithOutputs("TopK", [chosen, width], {
    ...{ attributes: { largest: 0 }, outputCount: 2 },
  });
  const indices = padding === undefined ? sorted! : insideRows(lowering, sorted!, rows.width);
  const take = (values: string) =>
    graph.node("GatherElements", [values, indices], { attributes: { axis: 1 } });
  const flat = flatIndices(lowering, indices, rows);
  return {
    rows: { positions: take(rows.positions), scores: take(rows.scores), width, padding },
    gather: (matrix) => graph.node("Gather", [matrix, flat], { attributes: { axis: 0 } }),
  };
}

function withProtected(
  { graph, lengths }: Lowering,
  { positions, scores }: { readonly positions: string; readonly scores: string },
  { firstCount, lastCount }: ProtectedPositions,
): string {
  if (firstCount === 0 && lastCount === 0) return scores;
  const atStart = graph.node("Less", [positions, graph.integers([firstCount])]);
  const lastStart = graph.node("Sub", [lengths, graph.integers([lastCount])]);
  const starts = graph.node("Unsqueeze", [lastStart, graph.integers([1])]);
  const atEnd = graph.node("GreaterOrEqual", [positions, starts]);
  const stays = graph.node("Or", [atStart, atEnd]);
  return graph.node("Where", [stays, graph.float(ALWAYS), scores]);
}

function withoutPadding({ graph }: Lowering, scores: string, { padding }: TokenRows): string {
  return padding === undefined ? scores : graph.node("Where", [padding.isToken, scores, graph.float(NEVER)]);
}

/** Padding was sorted behind every row; it becomes a copy of the last one, which nobody looks at. */
function insideRows({ graph }: Lowering, indices: string, width: string): string {
  return graph.node("Min", [indices, graph.node("Sub", [width, graph.integers([1])])]);
}

/** Indices into (batch · width) rows: (batch · kept). */
function flatIndices(lowering: Lowering, indices: string, rows: TokenRows): string {
  const { graph } = lowering;
  const everything = graph.integers([-1]);
  if (rows.padding === undefined) return graph.node("Reshape", [indices, everything]);
  const [from, step] = [0n, 1n].map((value) => graph.tensor(`scalar:${value}`, BigInt64Array.of(value), []));
  const sentences = graph.node("Range", [from!, graph.node("Squeeze", [lowering.batch]), step!]);
  const starts = graph.node("Mul", [graph.node("Unsqueeze", [sentences, graph.integers([1])]), rows.width]);
  return graph.node("Reshape", [graph.node("Add", [indices, starts]), everything]);
}
