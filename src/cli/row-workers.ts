import { Worker } from "node:worker_threads";
import { abortedError } from "../base/checkpoint.ts";
import { type ErrorCode, SpattenError } from "../base/errors.ts";
import type { RowRequest } from "../index.ts";
import type { FinishedRow } from "../quality/evaluation/outcome.ts";
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

/** Threads that each hold a model and run rows; they end when the signal is aborted. */
export function startRowWorkers(count: number, workerData: WorkerStart, signal: AbortSignal): RowWorkers {
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL("./evaluate-worker.js", import.meta.url), { workerData }),
  );
  const free = [...workers];
  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  return {
    runRow: async (input) => {
      const worker = free.pop()!;
      try {
        return rowOf(await replyOf(worker, () => worker.postMessage(input), signal));
      } finally {
        free.push(worker);
      }
    },
    close,
  };
}

function replyOf(worker: Worker, send: () => void, signal: AbortSignal): Promise<RowReply> {
  return new Promise((resolve, reject) => {
    const settle =
      <Value>(then: (value: Value) => void) =>
      (value: Value): void => {
        worker.off("message", answered).off("error", failed);
        signal.removeEventListener("abort", aborted);
        then(value);
      };
    const answered = settle(resolve);
    const failed = settle(reject);
    const aborted = settle(() => reject(abortedError()));
    worker.on("message", answered).on("error", failed);
    signal.addEventListener("abort", aborted);
    send();
  });
}

function rowOf(reply: RowReply): FinishedRow {
  if ("row" in reply) return reply.row;
  const { code, message } = reply.failure;
  throw code === undefined ? new Error(message) : new SpattenError(code, message);
}
