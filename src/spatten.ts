import { finishWithRests, type LongCallOptions } from "./base/checkpoint.ts";
import { SpattenError } from "./base/errors.ts";
import { type FolderReader, watchFolder } from "./base/folder-reader.ts";
import { extendRegistry, lookUp, type Registry } from "./base/registry.ts";
import type { TextFolder } from "./base/text-folder.ts";
import { type Decoder, openDecoder } from "./decoder.ts";
import {
  DEFAULT_DECODER,
  DEFAULT_DECODER_PLAN,
  DEFAULT_MACHINE,
  DEFAULT_MODEL,
  DEFAULT_NEW_TOKENS,
  DEFAULT_PLAN,
} from "./defaults.ts";
import type { EvaluateRequest, ResolvedRequest, RowRequest } from "./evaluating.ts";
import type { Experiment } from "./experiments/ledger/experiment.ts";
import type { Ledger } from "./experiments/ledger/ledger.ts";
import type { WriteOptions, WrittenModel } from "./graph/write-onnx.ts";
import { engines as builtInEngines, type Engine } from "./inference/engines/engine.ts";
import type { CompareOptions, Comparison } from "./machines/compare.ts";
import { configuredMachine } from "./machines/configured-machine.ts";
import type { Explanation } from "./machines/explain.ts";
import type { Machine, SimulateOptions } from "./machines/machine.ts";
import type { MachineReport } from "./machines/machine-report.ts";
import { machines as builtInMachines } from "./machines/registry.ts";
import { workloadFor } from "./machines/workload-for.ts";
import { type Model, openModel } from "./model.ts";
import { createCheckpoint } from "./platform/pace.ts";
import type { PruningMethod } from "./pruning/methods/method.ts";
import { pruningMethods } from "./pruning/methods/registry.ts";
import { type PruningPlan, parsePlan } from "./pruning/plan.ts";
import type { CachePolicy } from "./pruning/policies/policy.ts";
import { cachePolicies } from "./pruning/policies/registry.ts";
import { type PlanPreset, planPresets } from "./pruning/presets.ts";
import type { Dataset, DatasetFiles } from "./quality/datasets/dataset.ts";
import type { Evaluation } from "./quality/evaluation/evaluate.ts";
import type { RunOutcomes } from "./quality/evaluation/outcome-runner.ts";
import type { Tuning } from "./quality/tuning/tuning.ts";
import type { ReproduceRequest } from "./reproducing.ts";
import type { TuneRequest } from "./tuning.ts";
import type { Sidecar } from "./workload/tensor-sidecar.ts";
import { checkWorkloadSteps } from "./workload/workload-checks.ts";
import { type WorkloadSource, wholeWorkloadSteps } from "./workload/workload-source.ts";

/** A user's own rows, added to the built-in registries. */
export interface Extensions {
  readonly machines?: readonly Machine[];
  readonly methods?: readonly PruningMethod[];
  readonly policies?: readonly CachePolicy[];
  readonly plans?: readonly PruningPlan[];
  readonly engines?: readonly Engine[];
  /** Published numbers with a way to ours: rows of the ledger. */
  readonly experiments?: readonly Experiment[];
}

export interface SimulateRequest extends Omit<SimulateOptions, "checkpoint">, LongCallOptions {
  /** Name of a preset, a machine, or a configuration that extends a preset. */
  readonly machine?: string | Machine | { readonly extends: string };
  /** Tensors beside the workload: the machine computes with them as well, and the report has `function`. */
  readonly tensors?: Sidecar;
}

export interface CompareRequest extends Omit<CompareOptions, "checkpoint">, LongCallOptions {
  /** Names of presets, machines, or configurations that extend a preset; ratios are against the first. */
  readonly machines: readonly NonNullable<SimulateRequest["machine"]>[];
}

export interface ExportRequest extends LongCallOptions, WriteOptions {
  /** Name of a preset, or a plan; by default nothing is pruned. */
  readonly plan?: string | PruningPlan;
  /** int8 codes of 7 bits, or of all 8 for processors with VNNI. */
  readonly weights?: "float32" | "int8-narrow" | "int8-full";
}

/** The whole package behind one value: registries, models, machines. */
export interface Spatten {
  readonly machines: Registry<Machine>;
  readonly methods: Registry<PruningMethod>;
  /** What chooses the rows of a decoder's cache. */
  readonly policies: Registry<CachePolicy>;
  readonly plans: Registry<PlanPreset>;
  readonly engines: Registry<Engine>;
  /**
   * Loads a model: in Node a bundled one by name, a folder by path or one of the hub by id (`owner/name@revision`), in a
   * browser a folder by address, in both any folder that a reader gives.
   * @throws SpattenError `missing-model`, `missing-engine`, `checkpoint`, `network`, `output`, `aborted`.
   */
  load(model?: string | FolderReader, options?: LongCallOptions): Promise<Model>;
  /** Loads a decoder, from the same places. @throws SpattenError as `load` does. */
  loadDecoder(model?: string | FolderReader, options?: LongCallOptions): Promise<Decoder>;
  /**
   * A model under a plan as the bytes of an ONNX file that stock runtimes run, the pruning inside.
   * @throws SpattenError `missing-model`, `checkpoint`, `config`, `missing-engine` for a plan that a graph cannot follow.
   */
  exportOnnx(model: string | FolderReader, request?: ExportRequest): Promise<WrittenModel>;
  /** The preset of that name, or the checked plan. @throws SpattenError `config`. */
  plan(plan: string | PruningPlan): PruningPlan;
  /**
   * The machine of that name, or the one that a configuration describes; `where` names its file in errors.
   * @throws SpattenError `config`.
   */
  machine(machine: NonNullable<SimulateRequest["machine"]>, where?: string): Machine;
  /**
   * What a machine makes of a workload, in memory or a stream that can be read again.
   * @throws SpattenError `config`, `workload`, `missing-engine`.
   */
  simulate(workload: WorkloadSource, request?: SimulateRequest): Promise<MachineReport>;
  /**
   * Machines side by side on a workload, under one convention of counting.
   * @throws SpattenError `config`, also for no machine, `workload`, `missing-engine`.
   */
  compare(workload: WorkloadSource, request: CompareRequest): Promise<Comparison>;
  /**
   * Why the run of a report took as long: what set the pace when, and what it would take with one thing made ideal.
   * `request` is that of the report. @throws SpattenError as `simulate` does.
   */
  explain(workload: WorkloadSource, report: MachineReport, request?: SimulateRequest): Promise<Explanation>;
  /**
   * Opens a data set: a file or folder by path or address, or whatever files a reader gives; `format` is a row of the
   * formats, by default what the files show. @throws SpattenError `missing-data`, `input`, `config`.
   */
  openDataset(data: string | DatasetFiles, format?: string): Promise<Dataset>;
  /**
   * Judges a plan on a data set: quality with intervals, dense and pruned, and what it saves on machine `spatten`.
   * @throws SpattenError `usage`, `config`, `input`, `missing-data`, `missing-model`, `checkpoint`, `aborted`.
   */
  evaluate(request: EvaluateRequest): Promise<Evaluation>;
  /**
   * Searches the cheapest plan whose quality on a validation split lies within a floor of dense, and judges it once on the
   * test split where that is asked for. @throws SpattenError as `evaluate` does.
   */
  tune(request: TuneRequest): Promise<Tuning>;
  /** What the ledger is made of, a user's own experiments last; loaded when it is asked for. @throws SpattenError `config`. */
  experiments(): Promise<Registry<Experiment>>;
  /** Every published number beside ours. @throws SpattenError `config` for an unknown id, `workload`, `aborted`. */
  reproduce(request?: ReproduceRequest): Promise<Ledger>;
  /** Loads a model to run inputs of an evaluation with, for a worker thread that does a part of one. */
  outcomeRunner(request: RowRequest): Promise<RunOutcomes>;
}

/** Opens a model folder by name or address; with data sets, all that differs between Node and the browser. */
export type OpenModelFolder = (model: string, options?: LongCallOptions) => Promise<FolderReader>;
/** Opens the files of a data set by name or address. */
export type OpenDatasetFiles = (data: string) => Promise<DatasetFiles>;

/** The package with the given ways to open model folders and data sets, and a user's own rows. */
export function assembleSpatten(
  openModelFolder: OpenModelFolder,
  openDatasetFiles: OpenDatasetFiles,
  extensions: Extensions = {},
  platformEngines: readonly Engine[] = [],
  openStoredResults: () => TextFolder | undefined = () => undefined,
): Spatten {
  const methods = extendRegistry(pruningMethods, extensions.methods, "pruning method", [
    "title",
    "source",
    "score",
  ]);
  const policies = extendRegistry(cachePolicies, extensions.policies, "cache policy", [
    "title",
    "source",
    "score",
  ]);
  const engines = extendRegistry([...builtInEngines, ...platformEngines], extensions.engines, "engine", [
    "title",
    "runEncoder",
  ]);
  const machines = extendRegistry(builtInMachines, extensions.machines, "machine", [
    "title",
    "source",
    "simulate",
  ]);
  const addedPlans = extensions.plans?.map((row) => {
    const plan = parsePlan(row);
    return { id: plan.name, plan };
  });
  const plans = extendRegistry(planPresets, addedPlans, "plan");
  const planOf = (plan: string | PruningPlan): PruningPlan =>
    typeof plan === "string" ? lookUp(plans, plan, "plan").plan : parsePlan(plan);
  const resolveRows = async (request: RowRequest & LongCallOptions): Promise<ResolvedRequest> => {
    const { model = DEFAULT_MODEL, plan, engine = "reference", signal } = request;
    const named = plan === undefined ? undefined : planOf(plan);
    const resolved = {
      engine: lookUp(engines, engine, "engine"),
      ...{ methods, policies },
      machine: lookUp(machines, DEFAULT_MACHINE, "machine"),
      checkpoint: createCheckpoint(signal),
    };
    const folder = typeof model === "string" ? await openModelFolder(model, request) : model;
    const { loadModel } = await import("./inference/load-model.ts");
    const loaded = await loadModel(watchFolder(folder, request));
    const usual = loaded.task === "generation" ? DEFAULT_DECODER_PLAN : DEFAULT_PLAN;
    return { ...resolved, model: loaded, plan: named ?? planOf(usual) };
  };

  return {
    machines,
    methods,
    policies,
    plans,
    engines,
    plan: planOf,
    machine: (machine, where) => machineOf(machines, machine, where),
    load: async (model = DEFAULT_MODEL, loadOptions = {}) => {
      const folder = typeof model === "string" ? await openModelFolder(model, loadOptions) : model;
      const { loadTextModel } = await import("./inference/text-model.ts");
      return openModel(await loadTextModel(watchFolder(folder, loadOptions)), (options) => ({
        plan: planOf(options.plan ?? DEFAULT_PLAN),
        engine: lookUp(engines, options.engine ?? "reference", "engine"),
        methods,
        arithmetic: options.arithmetic,
        truncate: options.truncate,
        context: options.context,
        captureTensors: options.captureTensors,
        checkpoint: createCheckpoint(options.signal),
        signal: options.signal,
        onProgress: options.onProgress,
      }));
    },
    loadDecoder: async (model = DEFAULT_DECODER, loadOptions = {}) => {
      const folder = typeof model === "string" ? await openModelFolder(model, loadOptions) : model;
      const { loadDecoderTextModel } = await import("./inference/decoding/decoder-text-model.ts");
      const decoder = await loadDecoderTextModel(watchFolder(folder, loadOptions));
      return openDecoder(decoder, ({ plan = "none", engine = "reference", ...options }) => ({
        ...options,
        plan: planOf(plan),
        engine: lookUp(engines, engine, "engine"),
        policies,
        maximumNewTokens: options.maximumNewTokens ?? DEFAULT_NEW_TOKENS,
        checkpoint: createCheckpoint(options.signal),
      }));
    },
    exportOnnx: async (model, { plan = "none", signal, onProgress, ...options } = {}) => {
      const folder = typeof model === "string" ? await openModelFolder(model, { signal, onProgress }) : model;
      const watched = watchFolder(folder, { signal, onProgress });
      const { exportOnnx } = await import("./inference/export-onnx.ts");
      return exportOnnx(watched, { ...options, plan: planOf(plan), methods });
    },
    simulate: async (workload, request = {}) => {
      const { machine = DEFAULT_MACHINE, signal, tensors, ...options } = request;
      const chosen = machineOf(machines, machine);
      if (tensors !== undefined) requireComputing(chosen, machines);
      const checkpoint = createCheckpoint(signal);
      if (workload.isChecked !== true) {
        await finishWithRests(checkWorkloadSteps(workload, "workload"), checkpoint);
      }
      const given = await workloadFor(chosen, workload, { checkpoint });
      const report = await chosen.simulate(given, { ...options, checkpoint });
      if (tensors === undefined || chosen.compute === undefined) return report;
      const { iteration, onProgress } = options;
      const whole = await finishWithRests(wholeWorkloadSteps(workload), checkpoint);
      const computed = await chosen.compute(whole, tensors, {
        ...(iteration === undefined ? {} : { iteration }),
        checkpoint,
        onProgress,
      });
      return { ...report, function: computed };
    },
    compare: async (workload, { machines: asked, signal, ...options }) => {
      const chosen = asked.map((machine) => machineOf(machines, machine));
      if (chosen.length === 0) throw new SpattenError("config", "a comparison needs a machine");
      const checkpoint = createCheckpoint(signal);
      if (workload.isChecked !== true) {
        await finishWithRests(checkWorkloadSteps(workload, "workload"), checkpoint);
      }
      const { compareMachines } = await import("./machines/compare.ts");
      return compareMachines(chosen, workload, { ...options, checkpoint });
    },
    explain: async (workload, report, request = {}) => {
      const { machine = DEFAULT_MACHINE, signal, ...options } = request;
      const checkpoint = createCheckpoint(signal);
      const { explain } = await import("./machines/explain.ts");
      return explain(machineOf(machines, machine), workload, report, { ...options, checkpoint });
    },
    openDataset: async (data, format) => {
      const { openDataset } = await import("./quality/datasets/registry.ts");
      return openDataset(typeof data === "string" ? await openDatasetFiles(data) : data, format);
    },
    evaluate: async (request) => {
      const { evaluateResolved } = await import("./evaluating.ts");
      return evaluateResolved(await resolveRows(request), request);
    },
    tune: async (request) => {
      const { tuneResolved } = await import("./tuning.ts");
      // A search makes its plans itself: what stands for one here is not used.
      return tuneResolved(await resolveRows({ ...request, plan: "none" }), request);
    },
    experiments: async () => {
      const { experimentsOf } = await import("./reproducing.ts");
      return experimentsOf(extensions.experiments);
    },
    reproduce: async (request = {}) => {
      const { reproduce } = await import("./reproducing.ts");
      return reproduce(request, { machines, experiments: extensions.experiments, openStoredResults });
    },
    outcomeRunner: async (request) => {
      const { outcomeRunnerOf } = await import("./evaluating.ts");
      return outcomeRunnerOf(await resolveRows(request), request).runOutcomes;
    },
  };
}

function requireComputing(machine: Machine, machines: Registry<Machine>): void {
  if (machine.compute !== undefined) return;
  const able = machines.filter((row) => row.compute !== undefined).map((row) => row.id);
  throw new SpattenError("missing-engine", `machine "${machine.id}" counts, but does not compute`, {
    hint: `these do: ${able.join(", ")}`,
  });
}

function machineOf(
  machines: Registry<Machine>,
  machine: NonNullable<SimulateRequest["machine"]>,
  where?: string,
): Machine {
  if (typeof machine === "string") return lookUp(machines, machine, "machine");
  const isMachine = machine !== null && typeof machine === "object" && "simulate" in machine;
  return isMachine ? (machine as Machine) : configuredMachine(machines, machine, where);
}
