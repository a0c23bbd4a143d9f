import { Worker } from "node:worker_threads";
import { abortedError } from "../base/checkpoint.ts";
import { type ErrorCode, SpattenError } from "../base/errors.ts";
import type { RowRequest } from "../index.ts";
import type { RunSetting } from "../quality/evaluation/input-runner.ts";
import type { EvaluationInput, Outcome } from "../quality/evaluation/outcome.ts";
import type { RunOutcomes } from "../quality/evaluation/outcome-runner.ts";

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

/** What a worker answers. */
export type OutcomeReply =
  | { readonly outcomes: Outcome[] }
  | { readonly failure: { readonly code?: ErrorCode; readonly message: string } };

export interface OutcomeWorkers {
  /** Runs inputs on a worker that is free; no more groups at one time than there are workers. */
  readonly runOutcomes: RunOutcomes;
  close(): Promise<void>;
}

/** Threads that each hold a model and run inputs; once the signal is aborted, every input in work fails. */
export function startOutcomeWorkers(
  count: number,
  workerData: WorkerStart,
  signal: AbortSignal,
): OutcomeWorkers {
  const free = Array.from(
    { length: count },
    () => new Worker(new URL("./outcome-worker.js", import.meta.url), { workerData }),
  );
  const workers = [...free];
  const failures = new Set<(error: Error) => void>();
  // One listener for all inputs in work: a signal warns of many.
  const onAbort = (): void => {
    for (const fail of failures) fail(abortedError());
  };
  signal.addEventListener("abort", onAbort);
  return {
    runOutcomes: async (inputs, setting) => {
      const worker = free.pop()!;
      try {
        return outcomesOf(await replyOf(worker, { inputs, setting }, failures));
      } finally {
        free.push(worker);
      }
    },
    close: async () => {
      signal.removeEventListener("abort", onAbort);
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function replyOf(
  worker: Worker,
  task: OutcomeTask,
  failures: Set<(error: Error) => void>,
): Promise<OutcomeReply> {
  return new Promise<OutcomeReply>((resolve, reject) => {
    const settled = (): void => {
      worker.off("message", answered).off("error", failed).off("exit", ended);
      failures.delete(failed);
    };
    const answered = (reply: OutcomeReply): void => {
      settled();
      resolve(reply);
    };
    const failed = (error: Error): void => {
      settled();
      reject(error);
    };
    const ended = (): void => failed(new Error("a worker thread ended before its inputs"));
    worker.on("message", answered).on("error", failed).on("exit", ended);
    failures.add(failed);
    worker.postMessage(task);
  });
}

function outcomesOf(reply: OutcomeReply): Outcome[] {
  if ("outcomes" in reply) return reply.outcomes;
  const { code, message } = reply.failure;
  throw code === undefined ? new Error(message) : new SpattenError(code, message);
}
