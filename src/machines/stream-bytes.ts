import type { StreamBytes } from "./machine-report.ts";

export const noBytes: StreamBytes = {
  ...{ query: 0, key: 0, keyLsb: 0, value: 0, output: 0, append: 0, weight: 0, total: 0 },
};

/** Streams added up. */
export function sumBytes(rows: readonly StreamBytes[]): StreamBytes {
  const sum = { ...noBytes };
  for (const row of rows) {
    for (const stream of Object.keys(sum) as (keyof StreamBytes)[]) sum[stream] += row[stream];
  }
  return sum;
}
