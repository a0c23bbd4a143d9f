import { SpattenError } from "../../base/errors.ts";
import type { AttentionShape, AttentionTimes, MeasuredArithmetic } from "./record.ts";

/**
 * Seconds of one layer's attention: as measured, or between the two nearest numbers of keys that were measured with the
 * same heads and queries. Nothing is extrapolated. @throws SpattenError `workload` naming what was measured.
 */
export function measuredSeconds(
  { times }: AttentionTimes,
  arithmetic: MeasuredArithmetic,
  shape: AttentionShape,
): number {
  const alike = times.filter(
    (row) =>
      row.arithmetic === arithmetic &&
      row.headCount === shape.headCount &&
      row.queryCount === shape.queryCount &&
      row.headDimension === shape.headDimension,
  );
  const sorted = [...alike].sort((left, right) => left.keyCount - right.keyCount);
  const below = sorted.findLast((row) => row.keyCount <= shape.keyCount);
  const above = sorted.find((row) => row.keyCount >= shape.keyCount);
  if (below === undefined || above === undefined) throw notMeasured(times, arithmetic, shape);
  if (below.keyCount === above.keyCount) return below.seconds;
  const part = (shape.keyCount - below.keyCount) / (above.keyCount - below.keyCount);
  return below.seconds + part * (above.seconds - below.seconds);
}

function notMeasured(
  times: AttentionTimes["times"],
  arithmetic: MeasuredArithmetic,
  shape: AttentionShape,
): SpattenError {
  const measured = times.filter((row) => row.arithmetic === arithmetic).map(shapeText);
  return new SpattenError("workload", `attention of this shape was not measured in ${arithmetic}`, {
    got: shapeText(shape),
    expected: `keys between two of: ${[...new Set(measured)].slice(0, 12).join("; ")}`,
    hint: "spatten measure attention --benchmarks NAME",
  });
}

function shapeText({ headCount, queryCount, keyCount, headDimension }: AttentionShape): string {
  return `${headCount} heads of ${headDimension}, ${queryCount} queries, ${keyCount} keys`;
}
