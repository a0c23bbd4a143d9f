import type { Lowering, TokenRows } from "./lowering.ts";

/** Below every scale that matters, and no zero: rows of zeros come back as zeros. */
const LEAST_SCALE = 1e-30;

/**
 * Values (batch, width, heads, dimension) after linear symmetric quantization to `bits` and back, one scale for each head
 * of each sentence (SpAtten, section III-D). A half is rounded to even, where the reference engine rounds it away from zero.
 */
export function lowerRoundTrip(
  { graph }: Lowering,
  values: string,
  bits: number,
  { padding }: TokenRows,
): string {
  const sizes = graph.node("Abs", [values]);
  // Padding is nobody's value: it must not set the scale.
  const counted =
    padding === undefined
      ? sizes
      : graph.node("Mul", [sizes, graph.node("Unsqueeze", [padding.tokenWeight, graph.integers([2, 3])])]);
  const largest = graph.node("ReduceMax", [counted], { attributes: { axes: [1, 3], keepdims: 1 } });
  const step = graph.node("Div", [largest, graph.float(2 ** (bits - 1) - 1)]);
  const scale = graph.node("Max", [step, graph.float(LEAST_SCALE)]);
  const codes = graph.node("Round", [graph.node("Div", [values, scale])]);
  return graph.node("Mul", [codes, scale]);
}
