import { finishWithRests, neverRest, type Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { configHash } from "../../base/json.ts";
import { HERTZ_PER_GIGAHERTZ } from "../../base/units.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type { Machine, SimulateOptions } from "../machine.ts";
import { MACHINE_REPORT_SCHEMA, type MachineReport } from "../machine-report.ts";
import { type BertLayerCycles, bertLayerCycles, bertLayers } from "./cycles.ts";
import { type BertBehaviouralParameters, bertBehaviouralParameters } from "./parameters.ts";
import { countedReport } from "./report.ts";
import { bertBehaviouralAssumptions, bertRowsFromWorkload } from "./workload-rows.ts";

const ID = "bert-behavioural";

/** The official release's behavioural model of BERT, at its defaults: 16 channels, 512 multipliers, 4 comparators. */
export const bertBehaviouralMachines: readonly Machine[] = [
  {
    id: ID,
    title: "Official behavioural model of BERT (bert.cpp)",
    source: "mit-han-lab/spatten at a0f1388, bert.cpp, without Ramulator",
    fidelities: ["analytical"],
    parameters: bertBehaviouralParameters(),
    simulate: (workload, options) => simulateBertBehavioural(bertBehaviouralParameters(), workload, options),
  },
];

/** Times a summarization. @throws SpattenError `workload`, `config`, `missing-engine`, `aborted`. */
export async function simulateBertBehavioural(
  parameters: BertBehaviouralParameters,
  workload: AttentionWorkload,
  options: SimulateOptions = {},
): Promise<MachineReport> {
  const { fidelity = "analytical", energyModel = "bottom-up", iteration, checkpoint = neverRest } = options;
  if (fidelity !== "analytical") {
    throw new SpattenError("missing-engine", `machine "${ID}" has no fidelity "${fidelity}"`, {
      hint: "it has: analytical",
    });
  }
  if (energyModel !== "bottom-up") {
    throw new SpattenError("missing-engine", `machine "${ID}" has no energy model to calibrate`);
  }
  const rows = bertLayers(bertRowsFromWorkload(workload, iteration));
  const steps = layerSteps(parameters, rows);
  const layers = await finishWithRests(steps, checkpoint, options.onProgress);
  const counted = countedReport(parameters, workload, layers, rows, iteration);
  return {
    schema: MACHINE_REPORT_SCHEMA,
    machine: ID,
    workload: workload.header.source,
    fidelity,
    ...counted,
    seconds: counted.cycles / (parameters.clockGigahertz * HERTZ_PER_GIGAHERTZ),
    energyModel,
    energyPicojoules: { compute: 0, sram: 0, dram: 0, leakage: 0, total: 0, units: {} },
    areaSquareMillimetres: { total: 0, units: {} },
    events: {},
    seed: 0,
    assumptions: [
      ...workload.header.assumptions.map((line) => `workload: ${line}`),
      ...bertBehaviouralAssumptions,
    ],
    configHash: configHash(parameters),
  };
}

function* layerSteps(
  parameters: BertBehaviouralParameters,
  layers: ReturnType<typeof bertLayers>,
): Steps<readonly BertLayerCycles[]> {
  const done: BertLayerCycles[] = [];
  for (const rows of layers) {
    done.push(bertLayerCycles(parameters, rows));
    yield { stage: "layers", done: done.length, total: layers.length };
  }
  return done;
}
