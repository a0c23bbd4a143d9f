import { lookUp } from "../../base/registry.ts";
import { machineFromConfig } from "../../machines/spatten/machine.ts";
import type { SpattenParameters } from "../../machines/spatten/parameters.ts";
import { spattenPresets } from "../../machines/spatten/presets.ts";
import { releaseMachines } from "../../machines/spatten-release/release-machine.ts";
import type { AttentionWorkload, WorkloadJob } from "../../workload/attention-workload.ts";
import type { RestOptions } from "./rest-options.ts";

/** A row of the way from the official RTL to the paper's machine. */
export interface BridgeRow {
  readonly step: string;
  readonly cycles: number;
  /** Cycles of this row − cycles of the row before. */
  readonly changeCycles: number;
  readonly note: string;
}

interface Step {
  readonly step: string;
  readonly note: string;
  readonly parameters?: (old: SpattenParameters) => SpattenParameters;
  /** Whether the workload's counts are from here on those that it says. */
  readonly isExact?: true;
}

const ROUNDING = 32;
const preset = lookUp(spattenPresets, "spatten", "machine preset").parameters;

/** What the official release does otherwise, as far as our machine has a parameter for it. */
const releaseLike: SpattenParameters = {
  ...preset,
  dram: {
    ...preset.dram,
    deviceName: "hbm2-ramulator2-2023",
    addressMapName: "RoBaRaCoCh",
    outstandingReadLimit: 16,
  },
  pipeline: {
    ...preset.pipeline,
    dequantizeCycles: 0,
    exponentialCycles: 0,
    accumulateCycles: 0,
    divideCycles: 0,
    quantizeCycles: 0,
  },
  layerBarrier: false,
  writeOutputs: false,
};

const steps: readonly Step[] = [
  {
    step: "our units, the release's parameters",
    note: "K of the next head comes while the present one is multiplied (the RTL fetches nothing of the next K before Q·K is fed); V per query; queries come from DRAM (in the RTL with the request); row ids uniform, not the bench's",
  },
  {
    step: "DRAM device",
    note: "hbm2-2gbps, address map RoBaCoBgRa: 32 GB/s a channel instead of 16, two command buses, refresh",
    parameters: ({ dram, ...old }) => ({
      ...old,
      dram: { ...dram, deviceName: "hbm2-2gbps", addressMapName: "RoBaCoBgRa" },
    }),
  },
  {
    step: "queue",
    note: "as many outstanding reads as the controller's queue takes, instead of 16",
    parameters: ({ dram: { outstandingReadLimit: _, ...dram }, ...old }) => ({ ...old, dram }),
  },
  { step: "exact counts", note: "keys and values as the workload says, not rounded up to 32", isExact: true },
  {
    step: "12-bit keys",
    note: "read as 12 bits, not as 8 and a forced refetch of 4; this workload's keys have 6 bits, so nothing changes",
  },
  {
    step: "softmax",
    note: "its latencies from bert.cpp instead of a pass-through",
    parameters: (old) => ({ ...old, pipeline: preset.pipeline }),
  },
  {
    step: "top-k",
    note: "the same passes of quick-select in both; ours filters 16 scores a cycle where the RTL lets 8 pass, which is in the first row",
  },
  {
    step: "barrier",
    note: "a layer waits for the last output of the one before and for the cascade's top-k",
    parameters: (old) => ({ ...old, layerBarrier: true }),
  },
  {
    step: "output writes",
    note: "attention_out goes back to DRAM: preset spatten",
    parameters: (old) => ({ ...old, writeOutputs: true }),
  },
];

/**
 * Cycles of a workload on `spatten-release`, whose model equals the RTL, and then on our machine, one change at a time
 * up to preset `spatten`, all at fidelity cycle with the same seed. @throws SpattenError as the machines do.
 */
export async function bridgeRows(
  workload: AttentionWorkload,
  seed = 0,
  rests: RestOptions = {},
): Promise<BridgeRow[]> {
  const release = await lookUp(releaseMachines, "spatten-release", "machine").simulate(workload, {
    ...rests,
    fidelity: "cycle",
  });
  const rows: BridgeRow[] = [
    {
      step: "spatten-release",
      cycles: release.cycles,
      changeCycles: 0,
      note: "equal to the official RTL at full size, counts rounded up to 32",
    },
  ];
  let parameters = releaseLike;
  let current = roundedCounts(workload);
  for (const { step, note, parameters: change, isExact } of steps) {
    parameters = change?.(parameters) ?? parameters;
    if (isExact === true) current = workload;
    const machine = machineFromConfig({ extends: "spatten", id: "bridge", ...parameters });
    const { cycles } = await machine.simulate(current, { ...rests, fidelity: "cycle", seeds: [seed] });
    rows.push({ step, cycles, changeCycles: cycles - rows.at(-1)!.cycles, note });
  }
  return rows;
}

function roundedCounts({ header, jobs }: AttentionWorkload): AttentionWorkload {
  const up = (count: number): number => Math.ceil(count / ROUNDING) * ROUNDING;
  const rounded = (job: WorkloadJob): WorkloadJob => {
    if (job.kind !== "attention") return job;
    const { keyIds: _, ...counts } = job;
    const values = counts.valuesPerQuery;
    return {
      ...counts,
      keyCount: up(job.keyCount),
      valueCount: up(job.valueCount),
      valuesPerQuery: typeof values === "number" ? up(values) : values.map(up),
      topK: job.topK.map((event) =>
        event.of === "value" ? { ...event, n: up(event.n), k: up(event.k) } : event,
      ),
    };
  };
  return { header, jobs: jobs.map(rounded) };
}
