import type { WorkloadSource } from "../../../workload/workload-source.ts";
import type { Assumption } from "./assumption.ts";
import type { Benchmark } from "./benchmarks.ts";
import { type BenchmarkRequest, benchmarkWorkload } from "./synthesis.ts";

/** A measure of a benchmark with one assumption at either end of what is plausible, all others as they are. */
export interface SensitivityRow<Measured> {
  readonly assumption: Assumption;
  readonly low: Measured;
  readonly high: Measured;
}

/** The row computed again at the ends of each assumption that has any. @throws SpattenError as `measure` does. */
export async function benchmarkSensitivity<Measured>(
  row: Benchmark,
  measure: (workload: WorkloadSource) => Promise<Measured>,
  request: BenchmarkRequest = {},
): Promise<SensitivityRow<Measured>[]> {
  const rows: SensitivityRow<Measured>[] = [];
  for (const assumption of row.assumptions) {
    const { id, low, high } = assumption;
    if (low === high) continue;
    const at = (value: number): Promise<Measured> =>
      measure(benchmarkWorkload(row, { ...request, assume: { ...request.assume, [id]: value } }));
    rows.push({ assumption, low: await at(low), high: await at(high) });
  }
  return rows;
}
