import { Worker } from "node:worker_threads";
import { abortedError } from "../base/checkpoint.ts";
import { type ErrorCode, SpattenError } from "../base/errors.ts";
import type { RowRequest } from "../index.ts";
import type { EvaluationInput, FinishedRow } from "../quality/evaluation/outcome.ts";
import type { RunRow } from "../quality/evaluation/row-runner.ts";

/** What a worker is started with. */
export interface WorkerStart {
  readonly request: Omit<RowRequest, "signal">;
  readonly plugins: readonly string[];
}

/** What a worker answers. */
export type RowReply =
  | { readonly row: FinishedRow }
  | { readonly failure: { readonly code?: ErrorCode; readonly message: string } };

export interface RowWorkers {
  /** Runs a row on a worker that is free; no more at one time than there are workers. */
  readonly runRow: RunRow;
  close(): Promise<void>;
}

/** Threads that each hold a model and run rows; once the signal is aborted, every row in work fails. */
export function startRowWorkers(count: number, workerData: WorkerStart, signal: AbortSignal): RowWorkers {
  const free = Array.from(
    { length: count },
    () => new Worker(new URL("./evaluate-worker.js", import.meta.url), { workerData }),
  );
  const workers = [...free];
  const failures = new Set<(error: Error) => void>();
  // One listener for all rows in work: a signal warns of many.
  const onAbort = (): void => {
    for (const fail of failures) fail(abortedError());
  };
  signal.addEventListener("abort", onAbort);
  return {
    runRow: async (input) => {
      const worker = free.pop()!;
      try {
        return rowOf(await replyOf(worker, input, failures));
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
  input: EvaluationInput,
  failures: Set<(error: Error) => void>,
): Promise<RowReply> {
  return new Promise<RowReply>((resolve, reject) => {
    const settled = (): void => {
      worker.off("message", answered).off("error", failed).off("exit", ended);
      failures.delete(failed);
    };
    const answered = (reply: RowReply): void => {
      settled();
      resolve(reply);
    };
    const failed = (error: Error): void => {
      settled();
      reject(error);
    };
    const ended = (): void => failed(new Error("a worker thread ended before its row"));
    worker.on("message", answered).on("error", failed).on("exit", ended);
    failures.add(failed);
    worker.postMessage(input);
  });
}

function rowOf(reply: RowReply): FinishedRow {
  if ("row" in reply) return reply.row;
  const { code, message } = reply.failure;
  throw code === undefined ? new Error(message) : new SpattenError(code, message);
}
