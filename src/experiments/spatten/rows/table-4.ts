import { lookUp } from "../../../base/registry.ts";
import { mean } from "../../../base/statistics.ts";
import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { OursById } from "../../ledger/ours.ts";
import { TABLE_4, type Table4Machine, table4Rows } from "../published/table-4.ts";
import { benchmarksOf } from "./benchmark-sets.ts";
import { computed, type Remarks } from "./computed.ts";
import { denseAttention, denseWeights } from "./figure-2.ts";
import { type WeightsTime, weightsTime } from "./generated-weights.ts";

/** One half of a whole model on a machine. */
interface Half {
  readonly gigaoperations: number;
  readonly milliseconds: number;
  readonly on: string;
  readonly operationsHingeOn: readonly string[];
  readonly timeHingesOn: readonly string[];
  /** Milliseconds with another choice made. */
  readonly otherwise?: readonly {
    readonly when: string;
    readonly milliseconds: number;
    readonly hingesOn?: readonly string[];
  }[];
  readonly note?: string;
}

const MODEL = "gpt2-medium";
const WEIGHTS_NOTE =
  "DRAM timing, layout and address map of the paper are unknown; the preset's map keeps more channels busy";

/** Table IV, and what follows from its numbers. */
export const table4Experiment: Experiment = {
  id: "table-4",
  title: "GPT-2-Medium whole, on TITAN Xp and SpAtten-e2e",
  source: TABLE_4,
  published: table4Rows,
  ours: async (laboratory) => {
    const [gpuWeights, gpuAttention, weights, attention] = await Promise.all([
      gpuHalf(laboratory, "weights"),
      gpuHalf(laboratory, "attention"),
      ourWeights(laboratory),
      ourAttention(laboratory),
    ]);
    return {
      ...rowsOf("gpu", gpuWeights, gpuAttention),
      ...rowsOf("spatten-e2e", weights, attention),
      ...(await derivedRows(laboratory, gpuAttention, weights, attention)),
    };
  },
};

async function gpuHalf(laboratory: Laboratory, half: "weights" | "attention"): Promise<Half> {
  const workload = half === "weights" ? denseWeights : denseAttention();
  const { report, hingesOn } = await laboratory.measure({ machine: "titan-xp", workload });
  return {
    gigaoperations: report.operations.executed / 1e9,
    milliseconds: 1e3 * report.seconds,
    on: `titan-xp on ${report.workload}`,
    operationsHingeOn: hingesOn.workload,
    timeHingesOn: hingesOn.seconds,
  };
}

async function ourWeights(laboratory: Laboratory): Promise<Half> {
  const common = { model: MODEL, weightBits: 8 };
  const [clocked, release, peak] = await Promise.all([
    weightsTime(laboratory, common),
    weightsTime(laboratory, { ...common, addressMapName: "RoBaRaCoCh" }),
    weightsTime(laboratory, { ...common, fidelity: "analytical" }),
  ]);
  return {
    gigaoperations: clocked.operations / 1e9,
    milliseconds: 1e3 * clocked.seconds,
    on: clocked.on,
    operationsHingeOn: [],
    timeHingesOn: [],
    otherwise: [
      { when: "address map of the official release", milliseconds: 1e3 * release.seconds },
      { when: "analytical: the DRAM at its peak", milliseconds: 1e3 * peak.seconds },
    ],
    note: WEIGHTS_NOTE,
  };
}

/** Mean of the four tasks, without head pruning. */
async function ourAttention(laboratory: Laboratory): Promise<Half> {
  const tasks = benchmarksOf(laboratory, "gpt2").filter(({ model }) => model.id === MODEL);
  const measured = (assume: Readonly<Record<string, number>>) =>
    Promise.all(
      tasks.map(({ id }) =>
        laboratory.measure({ machine: "spatten-e2e", workload: { kind: "benchmark", id, assume } }),
      ),
    );
  const [all, withHeads] = await Promise.all([measured({ headReduction: 1 }), measured({})]);
  const milliseconds = (runs: typeof all): number => 1e3 * mean(runs.map(({ report }) => report.seconds));
  return {
    gigaoperations: mean(all.map(({ report }) => report.operations.executed)) / 1e9,
    milliseconds: milliseconds(all),
    on: `spatten-e2e, mean of the ${tasks.length} tasks of ${MODEL} without head pruning, analytical`,
    operationsHingeOn: all.flatMap(({ hingesOn }) => hingesOn.workload),
    timeHingesOn: all.flatMap(({ hingesOn }) => hingesOn.seconds),
    otherwise: [
      {
        when: "heads pruned, too",
        milliseconds: milliseconds(withHeads),
        hingesOn: withHeads.flatMap(({ hingesOn }) => hingesOn.seconds),
      },
    ],
  };
}

function rowsOf(machine: Table4Machine, weights: Half, attention: Half): OursById {
  const operations = weights.gigaoperations + attention.gigaoperations;
  const both = `${weights.on}; ${attention.on}`;
  const countHinges = [...weights.operationsHingeOn, ...attention.operationsHingeOn];
  const timeHinges = [...weights.timeHingesOn, ...attention.timeHingesOn];
  const share = ({ milliseconds }: Pick<Half, "milliseconds">, rest: Half): number =>
    (100 * milliseconds) / (milliseconds + rest.milliseconds);
  const rows = (name: string, half: Half, rest: Half): OursById => ({
    [`table-4-${machine}-${name}-operations`]: computed(half.gigaoperations, half.on, half.operationsHingeOn),
    [`table-4-${machine}-${name}-operations-share`]: computed(
      (100 * half.gigaoperations) / operations,
      both,
      countHinges,
    ),
    [`table-4-${machine}-${name}-time`]: computed(half.milliseconds, half.on, half.timeHingesOn, {
      ...remarksOf(half, ({ milliseconds }) => milliseconds),
    }),
    [`table-4-${machine}-${name}-time-share`]: computed(share(half, rest), both, timeHinges, {
      ...remarksOf(half, (other) => share(other, rest)),
    }),
  });
  return { ...rows("fully-connected", weights, attention), ...rows("attention", attention, weights) };
}

function remarksOf(
  { note, otherwise }: Half,
  amountOf: (other: Pick<Half, "milliseconds">) => number,
): Remarks {
  return {
    ...(note === undefined ? {} : { note }),
    ...(otherwise === undefined
      ? {}
      : {
          alternatives: otherwise.map((other) => ({
            ...{ when: other.when, value: amountOf(other) },
            ...(other.hingesOn === undefined ? {} : { hingesOn: other.hingesOn }),
          })),
        }),
  };
}

async function derivedRows(
  laboratory: Laboratory,
  gpuAttention: Half,
  weights: Half,
  attention: Half,
): Promise<OursById> {
  const atBits = (weightBits: number) => weightsTime(laboratory, { model: MODEL, weightBits });
  const [eight, twelve] = await Promise.all([atBits(8), atBits(12)]);
  const peak = lookUp(laboratory.machines, "spatten-e2e", "machine").roofs!.gigabytesPerSecond;
  const rate = (time: WeightsTime): number => time.bandwidthBytesPerSecond / 1e9;
  const row = (value: number, { on }: Pick<Half, "on">, hingesOn: readonly string[] = [], note?: string) =>
    computed(value, on, hingesOn, note === undefined ? {} : { note });
  return {
    "table-4-derived-fully-connected-operations": row(weights.gigaoperations, weights),
    "table-4-derived-attention-operations": row(gpuAttention.gigaoperations, gpuAttention),
    "table-4-derived-released-attention-operations": row(gpuAttention.gigaoperations, gpuAttention),
    "table-4-derived-attention-throughput": row(
      attention.gigaoperations / attention.milliseconds,
      attention,
      attention.timeHingesOn,
    ),
    "table-4-derived-weight-traffic": row(eight.weightBytes / 1e9, eight),
    "table-4-derived-weight-bandwidth-8": row(rate(eight), eight, [], WEIGHTS_NOTE),
    "table-4-derived-weight-bandwidth-share": row((100 * rate(eight)) / peak, eight, [], WEIGHTS_NOTE),
    "table-4-derived-weight-bandwidth-12": row(rate(twelve), twelve, [], WEIGHTS_NOTE),
  };
}
