import { configuredMachine } from "../../machines/configured-machine.ts";
import type { Fidelity } from "../../machines/machine-report.ts";
import { machines } from "../../machines/registry.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { fullyConnectedWorkload } from "../../workload/fully-connected-jobs.ts";
import type { RestOptions } from "./rest-options.ts";

/** Tokens that the paper's GPT-2 runs generate. */
export const GENERATED_TOKENS = 32;

/** A published time of fully connected layers. */
export interface WeightAnchor {
  readonly weightBits: 8 | 12;
  readonly publishedMilliseconds: number;
  readonly publishedGigabytesPerSecond: number;
  readonly source: string;
}

/** GPT-2-Medium, 32 tokens. */
export const weightAnchors: readonly WeightAnchor[] = [
  {
    weightBits: 8,
    publishedMilliseconds: 25.75,
    publishedGigabytesPerSecond: 375,
    source: "SpAtten (HPCA 2021), Table IV and section 3",
  },
  {
    weightBits: 12,
    publishedMilliseconds: 38.8,
    publishedGigabytesPerSecond: 374,
    source: "SpAtten (HPCA 2021), the 12-bit bars of Fig 15 give the rate, and the rate the time",
  },
];

/** Inside a channel: the preset's map, and the official release's, where a stream stays in one bank for 1 KiB. */
export const addressMapNames = ["RoBaCoBgRa", "RoBaRaCoCh"] as const;

/** A published time of attention. */
export interface AttentionAnchor {
  readonly model: string;
  readonly publishedMilliseconds: number;
  readonly source: string;
}

export const attentionAnchors = {
  medium: {
    model: "GPT-2-Medium, on the schedule of the released step5 trace",
    publishedMilliseconds: 2.13,
    source: "mean of four tasks without head pruning; Fig 14 gives 2.72 ms for this one",
  },
  small: {
    model: "GPT-2-Small, per8",
    publishedMilliseconds: 1.0,
    source: "about, from Figs 14 and 15",
  },
} as const satisfies Record<string, AttentionAnchor>;

const machineWith = (addressMapName: string) =>
  configuredMachine(machines, { extends: "spatten-e2e", dram: { addressMapName } });

/** How the weights of all tokens are timed: all do the same work, so that one stands for all where each command is clocked. */
export function weightRun(fidelity: Fidelity) {
  return fidelity === "cycle"
    ? { fidelity, iteration: 0, repeatCount: GENERATED_TOKENS }
    : { fidelity, repeatCount: 1 };
}

/** What the fully connected layers of GPT-2-Medium take. @throws SpattenError as the machine does. */
export async function timeWeights(
  weightBits: number,
  fidelity: Fidelity,
  addressMapName: string = addressMapNames[0],
  rests: RestOptions = {},
): Promise<{ readonly milliseconds: number; readonly gigabytesPerSecond: number }> {
  const workload = fullyConnectedWorkload("gpt2-medium", { tokenCount: GENERATED_TOKENS, weightBits });
  const { repeatCount, ...options } = weightRun(fidelity);
  const { seconds, bytes } = await machineWith(addressMapName).simulate(workload, { ...rests, ...options });
  return {
    milliseconds: 1e3 * seconds * repeatCount,
    gigabytesPerSecond: bytes.weight / seconds / 1e9,
  };
}

/** What the attention of a workload takes, and what limits it. @throws SpattenError as the machine does. */
export async function timeAttention(
  workload: AttentionWorkload,
  fidelity: Fidelity,
  rests: RestOptions = {},
): Promise<{ readonly milliseconds: number; readonly bound: string }> {
  const { seconds, bound } = await machineWith(addressMapNames[0]).simulate(workload, { ...rests, fidelity });
  return { milliseconds: 1e3 * seconds, bound };
}
