import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { abortedError } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { OnnxRuntime, OnnxSession, RuntimeTensors } from "../../base/onnx-runtime.ts";
import { type OnnxModule, onnxRuntimeOf, turnSettings } from "../onnx-module.ts";
import { createHoldings } from "./held-tensors.ts";
import { onnxWorkerSource } from "./onnx-worker.ts";

/** The optional packages that run graphs, and the version that this one is tested with. */
export type RuntimePackage = "onnxruntime-node" | "onnxruntime-web";
const RUNTIME_VERSION = "1.30.0";

/** What a process that Ctrl-C stopped ends with. */
const INTERRUPTED = 130;
/** Longer than most graphs take to load; past it the process ends as it may. */
const LONGEST_WAIT_MILLISECONDS = 10_000;

/**
 * The package's graphs run in a thread of their own, so that a long one stops neither signals nor servers; further options
 * of its sessions are those of the package.
 */
export function onnxRuntimeInNode(
  packageName: RuntimePackage,
  resolveFrom = import.meta.url,
  sessionOptions: object = {},
): OnnxRuntime {
  let thread: Thread | undefined;
  let sessionCount = 0;
  const currentThread = (): Thread => {
    if (thread === undefined || thread.isOver()) {
      thread = startThread(addressOf(packageName, resolveFrom), sessionOptions);
    }
    return thread;
  };
  return {
    describe: async () => {
      addressOf(packageName, resolveFrom);
      return `${packageName} ${RUNTIME_VERSION}, ${availableParallelism()} threads`;
    },
    takesOuterConstants: true,
    createSession: async (model, { constants = [], ...turns } = {}) => {
      const owner = currentThread();
      const session = sessionCount++;
      const settings = turnSettings(turns);
      given(await owner.ask({ task: "create", session, model, constants, settings }, [model.buffer]));
      return sessionIn(owner, session);
    },
  };
}

/** The same package in the caller's thread, which it blocks: for times that no message between threads may spoil. */
export function onnxRuntimeInThread(packageName: RuntimePackage): OnnxRuntime {
  return onnxRuntimeOf(
    async () => {
      const loaded = (await import(addressOf(packageName, import.meta.url))) as {
        readonly default: OnnxModule;
      };
      return loaded.default;
    },
    async () => `${packageName} ${RUNTIME_VERSION}, ${availableParallelism()} threads`,
  );
}

function sessionIn(owner: Thread, session: number): OnnxSession {
  const holdings = createHoldings({
    run: async (holding, inputs) => {
      const buffers = [...buffersOf(inputs), ...buffersOf(holding.tensors ?? {})];
      const answer = await owner.ask({ task: "run", session, inputs, holding }, buffers);
      return answer.outputs ?? failureOf(answer);
    },
    takeBack: async (number) => given(await owner.ask({ task: "return", number }, [])),
    forget: (number) => owner.ask({ task: "forget", number }, []),
  });
  return {
    run: async (inputs, signal) =>
      given(await owner.ask({ task: "run", session, inputs }, buffersOf(inputs), signal)),
    runLending: async (inputs, loan) => {
      const buffers = [...buffersOf(inputs), ...buffersOf(loan)];
      const answer = await owner.ask({ task: "run", session, inputs, loan }, buffers);
      return { loan: answer.loan, outputs: answer.outputs ?? failureOf(answer) };
    },
    hold: holdings.hold,
    release: async () => {
      await holdings.takeAllBack();
      if (!owner.isOver()) given(await owner.ask({ task: "release", session }, []));
    },
  };
}

function buffersOf(tensors: RuntimeTensors): ArrayBuffer[] {
  return Object.values(tensors).map(({ data }) => data.buffer as ArrayBuffer);
}

/** Where the package lies. @throws SpattenError `missing-engine`. */
function addressOf(packageName: RuntimePackage, resolveFrom: string): string {
  try {
    return pathToFileURL(createRequire(resolveFrom).resolve(packageName)).href;
  } catch (error) {
    throw new SpattenError(
      "missing-engine",
      `${packageName} is not installed`,
      { hint: installLine(packageName) },
      error,
    );
  }
}

/** The native package would download GPU files while it installs; npm 10 and npm 11 each have their way to say no. */
function installLine(packageName: RuntimePackage): string {
  const line = `npm install ${packageName}@${RUNTIME_VERSION}`;
  return packageName === "onnxruntime-node" ? `ONNXRUNTIME_NODE_INSTALL=skip ${line}` : line;
}

interface Thread {
  ask(request: object, transfer: ArrayBuffer[], signal?: AbortSignal): Promise<Answer>;
  isOver(): boolean;
}

interface Answer {
  readonly id: number;
  readonly outputs?: RuntimeTensors;
  readonly failure?: string;
  /** What a request lent, as it was. */
  readonly loan: RuntimeTensors;
}

/** The outputs of an answer. @throws Error where it has none. */
function given(answer: Answer): RuntimeTensors {
  if (answer.outputs === undefined) throw failureOf(answer);
  return answer.outputs;
}

function failureOf({ failure }: Answer): Error {
  return new Error(`onnxruntime: ${failure}`);
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/**
 * The end of a process whose thread may be in native code: a thread that is ended there takes the whole process down with
 * SIGABRT, so it is waited for. One that was interrupted has nothing left to write, and ends by the signal itself, which
 * needs no thread's consent and which a shell shows as the same code; Windows has no such end.
 */
function endBesideNativeCode(open: Int32Array<SharedArrayBuffer>, code: number): void {
  const isBusy = Atomics.load(open, 0) > 0;
  if (isBusy && code === INTERRUPTED && process.platform !== "win32") {
    process.removeAllListeners("SIGINT");
    process.kill(process.pid, "SIGINT");
  }
  isIdleWithin(open, LONGEST_WAIT_MILLISECONDS);
}

function isIdleWithin(open: Int32Array<SharedArrayBuffer>, milliseconds: number): boolean {
  for (;;) {
    const count = Atomics.load(open, 0);
    if (count === 0) return true;
    if (Atomics.wait(open, 0, count, milliseconds) === "timed-out") return false;
  }
}

function threadEnded(): Error {
  return new Error("the thread that runs graphs has ended");
}

function startThread(module: string, options: object): Thread {
  const open = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(onnxWorkerSource, {
    eval: true,
    // The thread is no module, whatever the flags of the process say.
    execArgv: [],
    workerData: {
      ...{ module, open },
      sessionOptions: { graphOptimizationLevel: "all", logSeverityLevel: 3, ...options },
    },
  });
  const onExit = (code: number) => endBesideNativeCode(open, code);
  process.on("exit", onExit);
  const waiting = new Map<number, Waiting>();
  let requestCount = 0;
  let isOver = false;
  const settle = (id: number, act: (waiter: Waiting) => void): void => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    // An idle thread must not keep a finished program alive.
    if (waiting.size === 0) worker.unref();
    if (waiter !== undefined) act(waiter);
  };
  const stop = (error: Error): void => {
    isOver = true;
    process.off("exit", onExit);
    for (const id of [...waiting.keys()]) settle(id, ({ reject }) => reject(error));
  };
  worker.on("message", (answer: Answer) => settle(answer.id, ({ resolve }) => resolve(answer)));
  worker.on("error", (error) => stop(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", () => stop(threadEnded()));
  worker.unref();
  return {
    isOver: () => isOver,
    ask: (request, transfer, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(abortedError());
        if (isOver) return reject(threadEnded());
        const id = requestCount++;
        const onAbort = (): void => {
          settle(id, () => reject(abortedError()));
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        const done = () => signal?.removeEventListener("abort", onAbort);
        waiting.set(id, {
          resolve: (answer) => {
            done();
            resolve(answer);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        });
        worker.ref();
        Atomics.add(open, 0, 1);
        worker.postMessage({ id, ...request }, transfer);
      }),
  };
}
