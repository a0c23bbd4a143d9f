import { canonicalJson } from "../../src/base/json.ts";
import { createLaboratory, type LaboratoryOptions } from "../../src/experiments/ledger/laboratory.ts";
import type { MeasuredReport, Measurement } from "../../src/experiments/ledger/measurement.ts";

/** For each model a benchmark that stands for all of its, and lengths that take no time. */
const standIns = [
  { model: "bert-base", task: "cola", short: { tokenCount: 12 } },
  { model: "bert-large", task: "cola", short: { tokenCount: 12 } },
  { model: "gpt2-small", task: "ptb", short: { tokenCount: 24, generatedCount: 8 } },
  { model: "gpt2-medium", task: "ptb", short: { tokenCount: 24, generatedCount: 8 } },
] as const;

function shrunk(measurement: Measurement): Measurement {
  const { workload } = measurement;
  // The closed form rests on the same anchors as the clocked machine.
  const { fidelity: _, ...quick } = measurement;
  if (workload.kind !== "benchmark") return quick;
  const { model, task, short } = standIns.find((row) => workload.id.startsWith(row.model))!;
  const assume = { ...workload.assume, ...short };
  return { ...quick, workload: { ...workload, id: `${model}-${task}`, assume } };
}

/** Runs that no anchor enters: neither a benchmark, which averages are in, nor a platform. The same in every laboratory. */
const lasting = new Map<string, Promise<MeasuredReport>>();
const lasts = ({ machine, workload }: Measurement): boolean =>
  workload.kind !== "benchmark" &&
  (typeof machine === "string" ? machine : machine.extends).startsWith("spatten");

/**
 * A laboratory of short benchmarks, one for each model, for what does not depend on lengths: which rows there are, and what
 * they rest on.
 */
export function shrunkLaboratory(options: LaboratoryOptions = {}) {
  const ran = new Map<string, Promise<MeasuredReport>>();
  return createLaboratory({
    ...options,
    run: (measurement, runHere) => {
      const short = shrunk(measurement);
      const key = canonicalJson(short);
      const kept = lasts(short) ? lasting : ran;
      const running = kept.get(key) ?? runHere(short);
      kept.set(key, running);
      return running;
    },
  });
}
