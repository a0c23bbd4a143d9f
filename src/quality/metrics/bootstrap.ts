import type { Steps } from "../../base/checkpoint.ts";
import { createRandom } from "../../base/random.ts";

/** A figure as a function of the rows that it is taken over; a row may stand among them more than once. */
export type RowStatistic = (rows: readonly number[]) => number;

/** How intervals are drawn. */
export interface BootstrapOptions {
  readonly seed: number;
  readonly resampleCount: number;
  /** Part of the resamples inside the interval, such as 0.95. */
  readonly levelRatio: number;
}

/** A figure over all rows, and where it lies under resampling. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A figure of the dense and of the pruned run, and pruned − dense over the same draws of rows. */
export interface PairedIntervals {
  readonly dense: Interval;
  readonly pruned: Interval;
  readonly difference: Interval;
}

/** 95 % of 1,000 resamples. */
export const usualBootstrap: BootstrapOptions = { seed: 0, resampleCount: 1000, levelRatio: 0.95 };

/**
 * Percentile bootstrap (Efron 1979): each resample draws as many rows as there are, with replacement, and takes both
 * runs over the same rows, so that the difference has the interval of a paired comparison.
 */
export function* pairedBootstrapSteps(
  statistics: { readonly dense: RowStatistic; readonly pruned: RowStatistic },
  rowCount: number,
  options: BootstrapOptions,
): Steps<PairedIntervals> {
  const random = createRandom(options.seed);
  const all = Array.from({ length: rowCount }, (_, row) => row);
  const whole = { dense: statistics.dense(all), pruned: statistics.pruned(all) };
  const drawn = { dense: [] as number[], pruned: [] as number[], difference: [] as number[] };
  for (let resample = 0; resample < options.resampleCount; resample++) {
    const rows = all.map(() => random.integer(rowCount));
    const [dense, pruned] = [statistics.dense(rows), statistics.pruned(rows)];
    drawn.dense.push(dense);
    drawn.pruned.push(pruned);
    drawn.difference.push(pruned - dense);
    yield { stage: "intervals", done: resample + 1, total: options.resampleCount };
  }
  const interval = (value: number, values: number[]): Interval => ({
    value,
    ...percentiles(values, options.levelRatio),
  });
  return {
    dense: interval(whole.dense, drawn.dense),
    pruned: interval(whole.pruned, drawn.pruned),
    difference: interval(whole.pruned - whole.dense, drawn.difference),
  };
}

/** The middle part of the values, its ends interpolated between neighbours. */
function percentiles(values: readonly number[], levelRatio: number): { low: number; high: number } {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (part: number): number => {
    const place = part * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return below + (above - below) * (place - Math.floor(place));
  };
  return { low: at((1 - levelRatio) / 2), high: at((1 + levelRatio) / 2) };
}
