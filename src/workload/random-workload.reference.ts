import fc from "fast-check";
import { createRandom } from "../base/random.ts";
import { randomWorkload } from "./random-workload.ts";

/** Random small workloads for property tests; a failure names its seed. */
export const workloadArbitrary = fc.nat().map((seed) => {
  const { header, jobs } = randomWorkload(createRandom(seed));
  return { header: { ...header, source: `random ${seed}` }, jobs };
});
