import type { Registry } from "../../base/registry.ts";
import type { ReleaseConfiguration } from "./parameters.ts";

/** A configuration of the release under a name. */
export interface ReleasePreset {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly parameters: ReleaseConfiguration;
}

/** Defaults of the hardware classes, and of `run_spatten_hardware.py` (mit-han-lab/spatten at a0f1388). */
export const releasePresets: Registry<ReleasePreset> = [
  {
    id: "spatten-release",
    title: "Official RTL, full size",
    source:
      "mit-han-lab/spatten at a0f1388, class defaults; counts are rounded to 32 and not, as released, to 8, on which most workloads hang",
    parameters: {
      multiplierCountPerUnit: 512,
      bufferLineCount: 256,
      dramChannelCount: 16,
      fetcherLaneCount: 32,
      topKParallelism: 16,
      rowRoundingCount: 32,
    },
  },
  {
    id: "spatten-release-eighth",
    title: "Official RTL, 1/8 size",
    source: "mit-han-lab/spatten at a0f1388, defaults of run_spatten_hardware.py",
    parameters: {
      multiplierCountPerUnit: 64,
      bufferLineCount: 2048,
      dramChannelCount: 2,
      fetcherLaneCount: 4,
      topKParallelism: 16,
      rowRoundingCount: 8,
    },
  },
];
