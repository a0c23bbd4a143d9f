import type {
  OnnxRuntime,
  OnnxSession,
  RuntimeTensor,
  RuntimeTensors,
  SessionOptions,
} from "../base/onnx-runtime.ts";

/** What is used of a module of the onnxruntime family. */
export interface OnnxModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: object): Promise<ModuleSession>;
  };
  readonly Tensor: new (
    type: "float32" | "int64",
    data: Float32Array | BigInt64Array,
    shape: readonly number[],
  ) => unknown;
}

interface ModuleSession {
  // biome-ignore lint/suspicious/noExplicitAny: tensors of the module, which may not be installed
  run(feeds: any): Promise<any>;
  release(): Promise<void>;
}

/** A runtime over a loaded module, in the thread of the caller. */
export function onnxRuntimeOf(
  load: () => Promise<OnnxModule>,
  describe: () => Promise<string>,
  sessionOptions: object = {},
): OnnxRuntime {
  return {
    describe: async () => {
      await load();
      return describe();
    },
    createSession: async (model, options) => {
      const module = await load();
      const settings = { ...sessionOptions, ...turnSettings(options) };
      return sessionOver(module, await module.InferenceSession.create(model, settings));
    },
  };
}

/** Settings of the runtime for a session that takes turns with others. */
export function turnSettings({ takesTurns = false }: SessionOptions = {}): object {
  return takesTurns ? { extra: { session: { intra_op: { allow_spinning: "0" } } } } : {};
}

function sessionOver(module: OnnxModule, session: ModuleSession): OnnxSession {
  const run = async (inputs: RuntimeTensors): Promise<RuntimeTensors> => {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { type, data, shape }]) => [
        name,
        new module.Tensor(type, data, shape),
      ]),
    );
    const results: Record<
      string,
      { type: RuntimeTensor["type"]; data: RuntimeTensor["data"]; dims: number[] }
    > = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(results).map(([name, { type, data, dims }]) => [name, { type, data, shape: dims }]),
    );
  };
  return {
    run,
    runLending: async (inputs, loan) => {
      const outputs = await run({ ...inputs, ...loan }).catch((error: unknown) =>
        error instanceof Error ? error : new Error(String(error)),
      );
      return { loan, outputs };
    },
    release: () => session.release(),
  };
}
