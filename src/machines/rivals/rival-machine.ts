import { finishWithRests, neverRest, type Steps } from "../../base/checkpoint.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type { Sidecar } from "../../workload/tensor-sidecar.ts";
import type { MachineAnchors } from "../anchors.ts";
import type { FunctionReport } from "../function-report.ts";
import type { Machine } from "../machine.ts";
import { spattenRoofs } from "../spatten/roofs.ts";
import { rivalCounterfactuals } from "./counterfactuals.ts";
import type { RivalDesign } from "./design.ts";
import type { RivalParameters } from "./parameters.ts";
import type { RivalPreset } from "./rival-config.ts";
import { rivalFidelities, simulateRival } from "./simulate.ts";

/** What one family of rivals has of its own. */
export interface RivalFamily<Parameters> {
  readonly citation: string;
  anchorsOf(parameters: Parameters): MachineAnchors;
  designOf(parameters: Parameters): RivalDesign;
  compute(
    parameters: Parameters,
    workload: AttentionWorkload,
    tensors: Sidecar,
    iteration?: number,
  ): Steps<FunctionReport>;
  readonly configure: NonNullable<Machine["configure"]>;
}

/** A preset of a family as a machine. */
export function rivalMachine<Parameters extends RivalParameters>(
  preset: RivalPreset<Parameters>,
  family: RivalFamily<Parameters>,
): Machine {
  const { id, title, source, parameters } = preset;
  return {
    ...{ id, title, source, parameters, citation: family.citation },
    fidelities: rivalFidelities,
    roofs: spattenRoofs(parameters),
    anchors: () => family.anchorsOf(parameters),
    simulate: (workload, options) => simulateRival(id, family.designOf(parameters), workload, options),
    readsStreams: true,
    counterfactuals: (workload) =>
      rivalCounterfactuals(parameters, workload, (changed) =>
        rivalMachine({ ...preset, parameters: changed }, family),
      ),
    compute: (workload, tensors, { iteration, checkpoint = neverRest, onProgress } = {}) =>
      finishWithRests(family.compute(parameters, workload, tensors, iteration), checkpoint, onProgress),
    configure: family.configure,
  };
}
