import type { RowRequest } from "../index.ts";
import type { RunSetting } from "../quality/evaluation/input-runner.ts";
import type { EvaluationInput, Outcome } from "../quality/evaluation/outcome.ts";
import type { RunOutcomes } from "../quality/evaluation/outcome-runner.ts";
import { startWorkers } from "./worker-pool.ts";

/** What a worker is started with. */
export interface WorkerStart {
  readonly request: Omit<RowRequest, "signal">;
  readonly plugins: readonly string[];
}

/** What a worker is sent. */
export interface OutcomeTask {
  readonly inputs: readonly EvaluationInput[];
  readonly setting: RunSetting;
}

export interface OutcomeWorkers {
  /** Runs inputs on a worker that is free; no more groups at one time than there are workers. */
  readonly runOutcomes: RunOutcomes;
  close(): Promise<void>;
}

/** Threads that each hold a model and run inputs; once the signal is aborted, every input in work fails. */
export function startOutcomeWorkers(count: number, start: WorkerStart, signal: AbortSignal): OutcomeWorkers {
  const module = new URL("./outcome-worker.js", import.meta.url);
  const { run, close } = startWorkers<OutcomeTask, Outcome[]>(count, module, start, signal);
  return { runOutcomes: (inputs, setting) => run({ inputs, setting }), close };
}
