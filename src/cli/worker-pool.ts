import { Worker } from "node:worker_threads";
import { abortedError } from "../base/checkpoint.ts";
import { type ErrorCode, isSpattenError, SpattenError } from "../base/errors.ts";

/** What a thread answers: a result, or what the command line needs of an error, since a thread boundary keeps no class. */
export type ThreadReply<Result> =
  | { readonly result: Result }
  | { readonly failure: { readonly code?: ErrorCode; readonly message: string } };

export interface WorkerPool<Task, Result> {
  /** Runs a task on a thread that is free; no more at one time than there are threads. */
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

/** Threads of one module; once the signal is aborted, every task in work fails. */
export function startWorkers<Task, Result>(
  count: number,
  module: URL,
  workerData: unknown,
  signal: AbortSignal,
): WorkerPool<Task, Result> {
  const free = Array.from({ length: count }, () => new Worker(module, { workerData }));
  const workers = [...free];
  const failures = new Set<(error: Error) => void>();
  // One listener for all tasks in work: a signal warns of many.
  const onAbort = (): void => {
    for (const fail of failures) fail(abortedError());
  };
  signal.addEventListener("abort", onAbort);
  return {
    run: async (task) => {
      const worker = free.pop()!;
      try {
        return resultOf<Result>(await replyOf(worker, task, failures));
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

function replyOf<Result>(
  worker: Worker,
  task: unknown,
  failures: Set<(error: Error) => void>,
): Promise<ThreadReply<Result>> {
  return new Promise((resolve, reject) => {
    const settled = (): void => {
      worker.off("message", answered).off("error", failed).off("exit", ended);
      failures.delete(failed);
    };
    const answered = (reply: ThreadReply<Result>): void => {
      settled();
      resolve(reply);
    };
    const failed = (error: Error): void => {
      settled();
      reject(error);
    };
    const ended = (): void => failed(new Error("a worker thread ended before its task"));
    worker.on("message", answered).on("error", failed).on("exit", ended);
    failures.add(failed);
    worker.postMessage(task);
  });
}

function resultOf<Result>(reply: ThreadReply<Result>): Result {
  if ("result" in reply) return reply.result;
  const { code, message } = reply.failure;
  throw code === undefined ? new Error(message) : new SpattenError(code, message);
}

/** In a thread: the reply to a task. */
export async function replyTo<Result>(work: () => Promise<Result>): Promise<ThreadReply<Result>> {
  try {
    return { result: await work() };
  } catch (error) {
    return isSpattenError(error)
      ? { failure: { code: error.code, message: error.message } }
      : { failure: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) } };
  }
}
