import type { Machine } from "../machines/machine.ts";
import type { MachineReport } from "../machines/machine-report.ts";

/** What a methods paragraph is made of. */
export interface MethodsInput {
  readonly report: MachineReport;
  readonly machine: Pick<Machine, "title" | "source" | "citation">;
  /** Of this package. */
  readonly version: string;
}

/** The paragraph of a paper's methods section that says how a report came about, and with what conventions. */
export function methodsParagraph({ report, machine, version }: MethodsInput): string {
  const { fidelity, operations, cycles, seconds } = report;
  const { citation } = machine;
  const gigahertz = Number((cycles / seconds / 1e9).toPrecision(6));
  return [
    `We simulate ${machine.title} (preset \`${report.machine}\` of spatten ${version}, configuration ${report.configHash};`,
    `${machine.source}) on "${report.workload}" at ${FIDELITY[fidelity]} fidelity and ${gigahertz} GHz.`,
    "A multiply-accumulate counts as two operations; of Q·K and prob·V we report",
    `${giga(operations.executed)} executed operations (recomputation after a refetch left out) and`,
    `${giga(operations.denseEquivalent)} dense-equivalent ones, and never mix the two.`,
    "Bytes are useful bytes over the DRAM interface (rows x elements x bits / 8), without padding of transactions;",
    ...otherSentences(report, citation !== undefined),
    citation ?? SPATTEN,
  ].join(" ");
}

const SPATTEN =
  "The algorithm and the architecture are those of SpAtten (Wang, Zhang and Han, HPCA 2021, arXiv:2012.09852).";

function otherSentences(report: MachineReport, isCited: boolean): string[] {
  if (!isCited) return ownSentences(report);
  return "board" in report.energyPicojoules.units ? platformSentences(report) : rivalSentences(report);
}

function ownSentences(report: MachineReport): string[] {
  return [
    `softmax, top-k and the cascade are on the critical path as the report's ${report.assumptions.length} assumptions say.`,
    seedSentence(report),
    energySentence(report.energyModel),
    "Fully connected layers are included only where the report's weight bytes are not zero.",
  ];
}

/** A platform is timed by its calls, and paid as a whole. */
function platformSentences({ assumptions }: MachineReport): string[] {
  return [
    `time is a roofline stretched to published measurements, as the report's ${assumptions.length} assumptions say.`,
    "Energy is the power of the whole platform times the time; nothing of it is simulated.",
  ];
}

/** A rival draws nothing and runs attention alone; its own choices are switches, told as assumptions. */
function rivalSentences({ assumptions, energyPicojoules }: MachineReport): string[] {
  return [
    `what else is taken for granted, unconfirmed figures among it, are the report's ${assumptions.length} assumptions.`,
    "Nothing is drawn.",
    "chip" in energyPicojoules.units
      ? "On-chip energy is a published power times the time; DRAM after O'Connor et al., MICRO 2017, where that power does not pay it."
      : energySentence("bottom-up"),
    "Fully connected layers are not included.",
  ];
}

const FIDELITY = {
  analytical: "analytical (closed-form)",
  cycle: "cycle",
} as const;

function giga(operationCount: number): string {
  return `${(operationCount / 1e9).toPrecision(4)} G`;
}

function seedSentence({ fidelity, seed, spread }: MachineReport): string {
  if (fidelity !== "cycle") return "Top-k takes its expected time, so nothing is drawn.";
  if (spread === undefined) return `What a workload leaves open is drawn with seed ${seed}.`;
  const { seeds, meanCycles, leastCycles, mostCycles } = spread;
  const whole = Math.round(meanCycles);
  return `What a workload leaves open is drawn: mean of ${seeds.length} seeds ${whole} cycles, range ${leastCycles} to ${mostCycles}; other figures are of the median run (seed ${seed}).`;
}

function energySentence(energyModel: MachineReport["energyModel"]): string {
  return energyModel === "calibrated"
    ? "Energy and area are bottom-up counts times published costs, scaled module by module to the paper's Fig 13 on dense BERT-Base; DRAM is not scaled."
    : "Energy and area are bottom-up: event counts times published costs at 45 nm scaled to 40 nm, DRAM after O'Connor et al., MICRO 2017.";
}
