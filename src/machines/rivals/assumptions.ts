import type { RivalParameters } from "./parameters.ts";

/** What the timing of every rival takes for granted. */
export function rivalAssumptions(title: string, parameters: RivalParameters): string[] {
  const { work, keyValueReuse, beyondCapacity, keyCapacityCount, dramElementBits, dram } = parameters;
  return [
    work === "dense"
      ? `work dense: ${title} knows neither cascade nor progressive bits, so it runs the unpruned shape of the workload's header; what its jobs prune is not used`
      : `work jobs: ${title} is given the queries, keys and heads that the workload's jobs have left, as if someone else had pruned them; value pruning, widths and low bits of the jobs are not used`,
    keyValueReuse === "resident"
      ? "keyValueReuse resident: K and V of a head are fetched once for all of its queries"
      : "keyValueReuse per-query: K and V are fetched again for every query",
    beyondCapacity === "tiles"
      ? `beyondCapacity tiles: more than ${keyCapacityCount} keys go in tiles; every query passes over each, and its partial result (vector, largest score, sum: 32 bits each) goes through DRAM in between`
      : `beyondCapacity refuse: more than ${keyCapacityCount} keys are an error`,
    `Q, K, V and outputs take ${dramElementBits} bits an element in DRAM; all of K and V are fetched, whatever is skipped later`,
    "K and V of the next head are loaded beside a head where both fit on chip, else behind it; a head's first query waits for all of its K and V",
    "a layer waits for the outputs of the one before; in a generation every query is a head's load of its own",
    "query heads that share a key-value head fetch it each for themselves",
    `DRAM (analytical) runs at ${dram.efficiencyRatio} of its peak, first data after ${dram.latencyCycles} cycles; (cycle) the device of machine spatten-eighth`,
    "heads narrower than the multipliers of a module leave the rest idle",
  ];
}
