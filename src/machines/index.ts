// Public entry `spatten/machines`: simulated accelerators that time a workload and pay for it.
export { type ErrorCode, type ErrorDetails, isSpattenError, SpattenError } from "../base/errors.ts";
export { extendRegistry, lookUp, type Registry } from "../base/registry.ts";
export { type A3Parameters, a3ParametersSchema } from "./a3/parameters.ts";
export { a3Presets } from "./a3/presets.ts";
export {
  keyCountAtThroughput,
  type ReadingInput,
  type ThroughputReading,
  throughputReadings,
} from "./a3/throughput-readings.ts";
export { type Anchor, anchors, type MachineAnchors } from "./anchors.ts";
export { bertBehaviouralCycles } from "./bert-behavioural/cycles.ts";
export { readBertRows } from "./bert-behavioural/head-row.ts";
export { bertBehaviouralParameters } from "./bert-behavioural/parameters.ts";
export {
  anchorsBehind,
  COMPARISON_SCHEMA,
  type CompareOptions,
  type Comparison,
  type ComparisonRow,
  compareMachines,
  type RooflineFigures,
  tableThreeConventions,
} from "./compare.ts";
export { configuredMachine } from "./configured-machine.ts";
export { type FigureConventions, figuresOf, type MachineFigures } from "./figures.ts";
export type {
  DecisionCounts,
  DecisionDifference,
  DecisionKind,
  DifferenceCause,
  FunctionReport,
  HeadFunction,
  LayerFunction,
  OutputAccuracy,
  SelectionCounts,
} from "./function-report.ts";
export { type JobCost, type JobwiseDesign, jobwiseMachine } from "./jobwise-machine.ts";
export type { ComputeOptions, Machine, MachineRoofs, SimulateOptions } from "./machine.ts";
export {
  type AreaSquareMillimetres,
  type Calibration,
  type CalibrationFactor,
  type EnergyPicojoules,
  type Fidelity,
  type LayerReport,
  MACHINE_REPORT_SCHEMA,
  type MachineReport,
  type OperationCounts,
  type PhaseReport,
  type PreprocessReport,
  type StreamBytes,
  type UnitTime,
} from "./machine-report.ts";
export { type MnnfastParameters, mnnfastParametersSchema } from "./mnnfast/parameters.ts";
export { mnnfastPresets } from "./mnnfast/presets.ts";
export { machines } from "./registry.ts";
export type { ComputedHead } from "./spatten/datapath/compute-head.ts";
export {
  type ComputedWorkload,
  computeWorkload,
  functionReport,
} from "./spatten/datapath/compute-workload.ts";
export { type HeldOutRow, heldOut } from "./spatten/held-out.ts";
export { machineFromConfig } from "./spatten/machine.ts";
export { type ResolvedMachineConfig, resolveMachineConfig } from "./spatten/machine-config.ts";
export { type SpattenParameters, spattenParametersSchema } from "./spatten/parameters.ts";
export { type SpattenPreset, spattenPresets } from "./spatten/presets.ts";
export { bertBaseDense128 } from "./spatten/reference-workloads.ts";
export { type ReleaseConfiguration, releaseConfigurationSchema } from "./spatten-release/parameters.ts";
export { releasePresets } from "./spatten-release/presets.ts";
export { type ReleaseResult, simulateRelease } from "./spatten-release/simulate.ts";
