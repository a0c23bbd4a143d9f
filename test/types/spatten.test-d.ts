import { describe, expectTypeOf, it } from "vitest";
import type { createSpatten as createInBrowser } from "../../src/index.browser.ts";
import {
  createSpatten,
  type Dataset,
  type EncoderRun,
  type ErrorCode,
  type Extensions,
  type FolderReader,
  isSpattenError,
  type LongCallOptions,
  type Machine,
  type MachineReport,
  type Model,
  type Prediction,
  type Progress,
  type PruningMethod,
  type PruningPlan,
  type RunOptions,
  type SimulateRequest,
  type Spatten,
  SpattenError,
  type TextRun,
  type TuneRequest,
  type Tuning,
} from "../../src/index.ts";
import type { FunctionReport } from "../../src/machines/index.ts";
import type { AttentionWorkload, Sidecar, WorkloadJob, WorkloadSource } from "../../src/workload/index.ts";

declare const spatten: Spatten;
declare const model: Model;
declare const workload: AttentionWorkload;
declare const dataset: Dataset;
declare const source: WorkloadSource;

describe("the main entry", () => {
  it("makes the package from a user's own rows, alike in Node and in a browser", () => {
    expectTypeOf(createSpatten()).toEqualTypeOf<Spatten>();
    expectTypeOf(createSpatten).parameter(0).toEqualTypeOf<Extensions | undefined>();
    expectTypeOf<typeof createInBrowser>().toEqualTypeOf<typeof createSpatten>();
    expectTypeOf<Required<Extensions>["methods"]>().toEqualTypeOf<readonly PruningMethod[]>();
    // @ts-expect-error a misspelt registry
    createSpatten({ method: [] });
    // @ts-expect-error a method needs a score
    createSpatten({ methods: [{ id: "mine", title: "Mine", source: "me" }] });
  });

  it("loads a model from a name, a folder or nothing", () => {
    expectTypeOf(spatten.load).parameter(0).toEqualTypeOf<string | FolderReader | undefined>();
    expectTypeOf(spatten.load()).toEqualTypeOf<Promise<Model>>();
    expectTypeOf(model).toExtend<AsyncDisposable>();
    expectTypeOf(model.close()).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error a number names no model
    spatten.load(1);
  });

  it("runs a text and gives the answer, the decisions and the work", () => {
    expectTypeOf(model.run("hello")).toEqualTypeOf<Promise<TextRun>>();
    expectTypeOf<TextRun["prediction"]>().toEqualTypeOf<Prediction>();
    expectTypeOf<TextRun["layers"]>().toEqualTypeOf<EncoderRun["layers"]>();
    expectTypeOf<TextRun["workload"]>().toEqualTypeOf<AttentionWorkload>();
    expectTypeOf<Extract<Prediction, { kind: "classification" }>["logits"]>().toEqualTypeOf<Float32Array>();
    expectTypeOf<Prediction["kind"]>().toEqualTypeOf<
      "classification" | "regression" | "embedding" | "span" | "mask"
    >();
    expectTypeOf<RunOptions["plan"]>().toEqualTypeOf<string | PruningPlan | undefined>();
    // @ts-expect-error a text is needed
    model.run();
    // @ts-expect-error an option that is not there
    model.run("hello", { plam: "none" });
  });

  it("simulates a workload on a machine by name, by value or by configuration", () => {
    expectTypeOf(spatten.simulate(workload)).toEqualTypeOf<Promise<MachineReport>>();
    expectTypeOf<SimulateRequest["machine"]>().toEqualTypeOf<
      string | Machine | { readonly extends: string } | undefined
    >();
    expectTypeOf<SimulateRequest["tensors"]>().toEqualTypeOf<Sidecar | undefined>();
    expectTypeOf<MachineReport["function"]>().toEqualTypeOf<FunctionReport | undefined>();
    expectTypeOf<MachineReport["fidelity"]>().toEqualTypeOf<"analytical" | "cycle">();
    expectTypeOf(spatten.simulate(source)).toEqualTypeOf<Promise<MachineReport>>();
    expectTypeOf<AttentionWorkload>().toExtend<WorkloadSource>();
    expectTypeOf<AttentionWorkload["jobs"]>().toEqualTypeOf<readonly WorkloadJob[]>();
    expectTypeOf<Parameters<Machine["simulate"]>[0]>().toEqualTypeOf<AttentionWorkload>();
    // @ts-expect-error a stream has no length
    source.jobs.length;
    // @ts-expect-error a machine does not wait for jobs
    spatten.simulate({ header: workload.header, jobs: (async function* () {})() });
    // @ts-expect-error a fidelity that is not there
    spatten.simulate(workload, { fidelity: "exact" });
    // @ts-expect-error an energy model that is not there
    spatten.simulate(workload, { energyModel: "fitted" });
    // @ts-expect-error the pace is set by the edge, not by the caller
    spatten.simulate(workload, { checkpoint: () => undefined });
  });

  it("takes a signal and a listener in every long call", () => {
    expectTypeOf<keyof LongCallOptions>().toEqualTypeOf<"signal" | "onProgress">();
    expectTypeOf<LongCallOptions["signal"]>().toEqualTypeOf<AbortSignal | undefined>();
    expectTypeOf<LongCallOptions["onProgress"]>().toEqualTypeOf<((progress: Progress) => void) | undefined>();
    expectTypeOf<RunOptions>().toExtend<LongCallOptions>();
    expectTypeOf<SimulateRequest>().toExtend<Pick<LongCallOptions, "signal">>();
  });

  it("tunes a plan within a floor that has to be named", () => {
    expectTypeOf(spatten.tune).returns.toEqualTypeOf<Promise<Tuning>>();
    expectTypeOf<Tuning["chosen"]["plan"]>().toEqualTypeOf<PruningPlan>();
    expectTypeOf<TuneRequest>().toExtend<LongCallOptions>();
    spatten.tune({ dataset, floorPoints: 0.5 });
    // @ts-expect-error a floor is needed
    spatten.tune({ dataset });
    // @ts-expect-error a search makes its plans itself
    spatten.tune({ dataset, floorPoints: 0.5, plan: "none" });
  });

  it("names what went wrong by a code of a closed list", () => {
    expectTypeOf<SpattenError["code"]>().toEqualTypeOf<ErrorCode>();
    expectTypeOf<ErrorCode>().toEqualTypeOf<
      | "usage"
      | "config"
      | "input"
      | "checkpoint"
      | "workload"
      | "output"
      | "missing-model"
      | "missing-data"
      | "missing-engine"
      | "network"
      | "aborted"
    >();
    expectTypeOf(isSpattenError).guards.toEqualTypeOf<SpattenError>();
    // @ts-expect-error a code that is not there
    new SpattenError("wrong", "what");
  });

  it("lets nobody assign to what it returns", async () => {
    const run = await model.run("hello");
    const report = await spatten.simulate(workload);
    // @ts-expect-error readonly
    run.text = "other";
    // @ts-expect-error readonly
    run.prediction = { kind: "regression", value: 1 };
    // @ts-expect-error readonly
    run.layers[0]!.tokens[0] = 1;
    // @ts-expect-error readonly
    report.cycles = 0;
    // @ts-expect-error readonly
    report.bytes.total = 0;
    // @ts-expect-error readonly
    model.labels[0] = "other";
    // @ts-expect-error readonly
    spatten.plans.push({ id: "mine", plan: run.plan });
    // @ts-expect-error readonly
    workload.jobs.length = 0;
  });
});
