import fc from "fast-check";
import { expect, test } from "vitest";
import { isSpattenError } from "../base/errors.ts";
import { createRandom } from "../base/random.ts";
import type { AttentionWorkload, WorkloadJob } from "../workload/attention-workload.ts";
import { withFullyConnected } from "../workload/fully-connected-jobs.ts";
import { randomWorkload } from "../workload/random-workload.ts";
import { checkWorkload } from "../workload/workload-checks.ts";
import type { WorkloadSource } from "../workload/workload-source.ts";
import { explain } from "./explain.ts";
import type { Machine } from "./machine.ts";
import { machines } from "./registry.ts";
import { machineRuns } from "./spatten/jobs.ts";
import { machineFromConfig } from "./spatten/machine.ts";
import { spattenPresets } from "./spatten/presets.ts";
import { gpt2SmallPruned992 } from "./spatten/reference-workloads.ts";
import { workloadFor } from "./workload-for.ts";

/** The same workload, of which a reader sees one job at a time. */
function streamed({ header, jobs }: AttentionWorkload): WorkloadSource {
  return {
    header,
    jobs: {
      *[Symbol.iterator]() {
        yield* jobs;
      },
    },
  };
}

/** The report's bytes, or the message with which the machine refuses. */
async function outcomeOf(machine: Machine, source: WorkloadSource, how: object): Promise<string> {
  try {
    return JSON.stringify(await machine.simulate(await workloadFor(machine, source), how));
  } catch (error) {
    if (isSpattenError(error)) return error.message;
    throw error;
  }
}

/** On work `jobs`, where a machine has it: on the header's shape, it would run for long and look at no job. */
function reading(machine: Machine): Machine {
  const { parameters, id, configure } = machine;
  const hasWork = parameters !== null && typeof parameters === "object" && "work" in parameters;
  return hasWork && configure !== undefined ? configure({ extends: id, id, work: "jobs" }) : machine;
}

const everyMachine = [
  ...machines.map(reading),
  ...spattenPresets.map(({ id }) => machineFromConfig({ extends: id, layerBarrier: false })),
];

/** Two layers of GPT-2-Small with its fully connected layers. */
function mixedWorkload(): AttentionWorkload {
  const { header, jobs } = gpt2SmallPruned992();
  const few = jobs.filter(({ iteration, layer }) => iteration < 2 && layer < 2);
  const model = { ...header.model, name: "gpt2-small" };
  return withFullyConnected({ header: { ...header, model, jobCount: few.length }, jobs: few }, 8);
}

test("a stream gives the report of the array byte for byte, on every machine and at every fidelity", async () => {
  const reported = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.constantFrom(undefined, 0, 1), async (seed, iteration) => {
      const workload = randomWorkload(createRandom(seed));
      for (const machine of everyMachine) {
        for (const fidelity of machine.fidelities) {
          const how = { fidelity, ...(iteration === undefined ? {} : { iteration }) };
          const whole = await outcomeOf(machine, workload, how);
          expect(await outcomeOf(machine, streamed(workload), how)).toBe(whole);
          if (whole.startsWith("{")) reported.add(`${machine.id} ${fidelity}`);
        }
      }
    }),
    { numRuns: 12 },
  );
  for (const { id } of spattenPresets)
    expect([...reported]).toEqual(expect.arrayContaining([`${id} analytical`, `${id} cycle`]));
});

test("a stream of fully connected layers among attention gives the report of the array", async () => {
  const workload = mixedWorkload();
  const machine = machines.find(({ id }) => id === "spatten-e2e")!;
  for (const fidelity of machine.fidelities) {
    const whole = await outcomeOf(machine, workload, { fidelity, seeds: [0] });
    expect(whole).toMatch(/^\{/);
    expect(await outcomeOf(machine, streamed(workload), { fidelity, seeds: [0] })).toBe(whole);
  }
});

test("a stream is explained like the array, its ideal variants included", async () => {
  const [machine] = machines;
  let refetching = 0;
  for (let seed = 0; seed < 12; seed++) {
    const workload = randomWorkload(createRandom(seed));
    const report = await machine!.simulate(workload);
    const explanation = await explain(machine!, workload, report);
    expect(await explain(machine!, streamed(workload), report)).toEqual(explanation);
    if (explanation.counterfactuals.some(({ id }) => id === "no-refetch")) refetching++;
  }
  expect(refetching).toBeGreaterThan(0);
});

test("a machine that reads no streams is given an array, and one that does is given the stream itself", async () => {
  const workload = randomWorkload(createRandom(1));
  const source = streamed(workload);
  const [machine] = machines;
  const { readsStreams: _reads, ...plain } = machine!;
  expect((await workloadFor(plain, source)).jobs).toEqual(workload.jobs);
  expect(await workloadFor(plain, workload)).toBe(workload);
  expect(await workloadFor(machine!, source)).toBe(source);
});

test("runs come when their last job has been read: no more than one layer and a job are held", () => {
  const { parameters } = spattenPresets[0]!;
  const workload = gpt2SmallPruned992();
  let [read, given] = [0, 0];
  function* counted(): Generator<WorkloadJob> {
    for (const job of workload.jobs) {
      read++;
      yield job;
    }
  }
  let most = 0;
  for (const run of machineRuns(parameters, { header: workload.header, jobs: counted() })) {
    most = Math.max(most, read - given);
    if (run?.kind === "attention") given += run.jobs.length;
  }
  expect(given).toBe(workload.jobs.length);
  expect(most).toBe(workload.header.model.queryHeadCount + 1);
});

test("a stream is checked like an array: jobs too few, too many, twice or wrong are refused", () => {
  const workload = gpt2SmallPruned992();
  const { header, jobs } = workload;
  const check = (changed: readonly WorkloadJob[]) => () =>
    checkWorkload(streamed({ header, jobs: changed }), "stream");
  expect(check(jobs)).not.toThrow();
  expect(check(jobs.slice(1))).toThrow(/fewer jobs/);
  const extra = { ...jobs[0]!, iteration: header.iterationCount - 1, layer: 0 } as WorkloadJob;
  expect(check([...jobs.slice(0, -1), jobs[0]!])).toThrow(/there twice/);
  expect(check([...jobs.slice(1), jobs[0]!, { ...extra, layer: -1 }])).toThrow(/layer/);
  const once = { header, jobs: jobs.values() };
  expect(() => checkWorkload(once, "stream")).toThrow(/only once/);
  const shorter = { ...header, jobCount: jobs.length - 1 };
  expect(() => checkWorkload(streamed({ header: shorter, jobs }), "stream")).toThrow(/more jobs/);
});
