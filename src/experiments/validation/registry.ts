import type { Registry } from "../../base/registry.ts";
import { bertDenseBounds } from "./bert-dense-laws.ts";
import { bertBehavioural } from "./bert-golden.ts";
import { clockedOracles, orderOracles } from "./cycle-twins.ts";
import { dramChannels } from "./dram-channels.ts";
import { dramCommandTraces } from "./dram-commands.ts";
import { dramStreams } from "./dram-streams.ts";
import { fidelityOracles } from "./fidelity-laws.ts";
import type { Oracle } from "./oracle.ts";
import { releaseCycles } from "./release-cycles.ts";
import { releaseScoreBuffers, releaseTopKLatencies } from "./release-models.ts";

/** Every oracle of the simulators, the strongest evidence first. */
export const oracles: Registry<Oracle> = [
  releaseCycles,
  releaseScoreBuffers,
  releaseTopKLatencies,
  ...dramChannels,
  dramCommandTraces,
  dramStreams,
  bertBehavioural,
  ...clockedOracles,
  ...orderOracles,
  bertDenseBounds,
  ...fidelityOracles,
];
