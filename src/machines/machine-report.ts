import type { MachineFigures } from "./figures.ts";
import type { FunctionReport } from "./function-report.ts";

/** Version of the report's JSON form. */
export const MACHINE_REPORT_SCHEMA = "spatten/machine-report@1";

export type Fidelity = "analytical" | "cycle";

/** Bytes over the DRAM interface, by stream. */
export interface StreamBytes {
  /** Queries of attention, and inputs of fully connected layers. */
  readonly query: number;
  readonly key: number;
  readonly keyLsb: number;
  readonly value: number;
  readonly output: number;
  /** K and V rows of new tokens, on machines that store them. */
  readonly append: number;
  /** Weights of fully connected layers, on machines that run them. */
  readonly weight: number;
  readonly total: number;
}

/** Operations: one multiply-accumulate is two. */
export interface OperationCounts {
  /** Q·K, prob·V and fully connected layers as executed, without recomputation. */
  readonly executed: number;
  /** Q·K again after a refetch of low key bits. */
  readonly recomputed: number;
  /** What the unpruned shape of the workload's header would take; of a fully connected layer, its matrix for every vector. */
  readonly denseEquivalent: number;
}

export interface EnergyPicojoules {
  readonly compute: number;
  readonly sram: number;
  readonly dram: number;
  readonly leakage: number;
  readonly total: number;
  readonly units: Readonly<Record<string, number>>;
}

export interface AreaSquareMillimetres {
  readonly total: number;
  readonly units: Readonly<Record<string, number>>;
}

/** Where a unit's cycles went; busy and stalls add up to the machine's cycles. */
export interface UnitTime {
  readonly busyCycles: number;
  readonly stallCycles: Readonly<Record<string, number>>;
}

export interface PhaseReport {
  readonly phase: "summarization" | "generation";
  readonly cycles: number;
  readonly bytes: StreamBytes;
  readonly operations: OperationCounts;
}

export interface LayerReport {
  readonly layer: number;
  readonly cycles: number;
  readonly bytes: StreamBytes;
  readonly operations: OperationCounts;
  /** Unit or cause that set the pace in most of its cycles. */
  readonly bound: string;
}

/** One module of the fit: our bottom-up watts, the paper's, and their ratio. */
export interface CalibrationFactor {
  readonly module: string;
  readonly bottomUp: number;
  readonly paper: number;
  /** What the module's energy or area is multiplied by; 1 where it is not fitted, and then `note` says why. */
  readonly factor: number;
  readonly note?: string;
}

export interface Calibration {
  readonly workload: string;
  readonly powerWatts: readonly CalibrationFactor[];
  readonly areaSquareMillimetres: readonly CalibrationFactor[];
}

/** What a machine does to a head's keys before its first query, told apart from the run. */
export interface PreprocessReport {
  readonly cycles: number;
  readonly seconds: number;
  readonly energyPicojoules: number;
  /** Whether the run's cycles and energy contain it. */
  readonly isCounted: boolean;
}

/** Cycles over several seeds. */
export interface SeedSpread {
  readonly seeds: readonly number[];
  readonly meanCycles: number;
  readonly leastCycles: number;
  readonly mostCycles: number;
}

/** What a machine says of a workload. Plain data, the same for every machine. */
export interface MachineReport {
  readonly schema: typeof MACHINE_REPORT_SCHEMA;
  readonly machine: string;
  readonly workload: string;
  readonly fidelity: Fidelity;
  readonly cycles: number;
  readonly seconds: number;
  readonly bytes: StreamBytes;
  readonly operations: OperationCounts;
  readonly energyModel: "bottom-up" | "calibrated";
  readonly energyPicojoules: EnergyPicojoules;
  readonly areaSquareMillimetres: AreaSquareMillimetres;
  readonly dramCommands: Readonly<Record<string, number>>;
  readonly phases: readonly PhaseReport[];
  readonly layers: readonly LayerReport[];
  readonly units: Readonly<Record<string, UnitTime>>;
  /** Raw event counts behind the energy. */
  readonly events: Readonly<Record<string, number>>;
  /** What limits: the unit or cause that set the pace in most cycles. */
  readonly bound: string;
  readonly calibration?: Calibration;
  /** Sorting of keys, on machines that sort them. */
  readonly preprocess?: PreprocessReport;
  /** In the units of comparison tables, on machines whose parameters name the conventions. */
  readonly figures?: MachineFigures;
  /** What it computed, where it was given tensors. */
  readonly function?: FunctionReport;
  /** Of the run that is told, where something was drawn. */
  readonly seed: number;
  /** Cycles of the runs with several seeds; the report is that of the median one. */
  readonly spread?: SeedSpread;
  readonly assumptions: readonly string[];
  readonly configHash: string;
}
