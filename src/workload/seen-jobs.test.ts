import fc from "fast-check";
import { expect, test } from "vitest";
import type { WorkloadJob } from "./attention-workload.ts";
import { createSeenJobsSlowly } from "./seen-jobs.reference.ts";
import { createSeenJobs } from "./seen-jobs.ts";
import { sampleJob, sampleWorkload } from "./workload-samples.reference.ts";

const { header } = sampleWorkload([]);

function jobsOf(limit: number, headLimit: number): fc.Arbitrary<WorkloadJob[]> {
  const place = { iteration: fc.nat(limit), layer: fc.nat(limit) };
  const head = fc.record({ ...place, head: fc.nat(headLimit) }).map((at) => sampleJob(at));
  const fullyConnected = fc
    .record({ ...place, name: fc.constantFrom("", "a", "head 0", "__proto__") })
    .map((at) => ({
      kind: "fully-connected" as const,
      ...at,
      vectorCount: 1,
      rows: 1,
      columns: 1,
      weightBits: 8,
    }));
  return fc.array(fc.oneof(head, fullyConnected), { maxLength: 200 });
}

test("a place is seen again exactly where a set of names says so, in any order and for any shape", () => {
  const counts = fc.constantFrom([4, 3], [40, 3], [3, 3000], [2 ** 31 - 1, 2 ** 31 - 1]);
  fc.assert(
    fc.property(
      counts.chain(([limit, headLimit]) =>
        fc.tuple(fc.constant([limit!, headLimit!]), jobsOf(limit!, headLimit!)),
      ),
      ([[limit, headLimit], jobs]) => {
        const model = { ...header.model, layerCount: limit! + 1, queryHeadCount: headLimit! + 1 };
        const seen = createSeenJobs({ ...header, iterationCount: limit! + 1, model });
        const slowly = createSeenJobsSlowly();
        const repeated = [...jobs, ...jobs.slice(0, 20)];
        expect(repeated.map(seen)).toEqual(repeated.map(slowly));
      },
    ),
  );
});
