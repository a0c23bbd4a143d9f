// What both forms of the main entry export, beside their own `createSpatten`.

export type { LongCallOptions, Progress } from "./base/checkpoint.ts";
export { type ErrorCode, type ErrorDetails, isSpattenError, SpattenError } from "./base/errors.ts";
export type { FolderReader } from "./base/folder-reader.ts";
export type { OnnxRuntime, OnnxSession } from "./base/onnx-runtime.ts";
export type { Decoder, GenerateOptions } from "./decoder.ts";
export { DEFAULT_DECODER, DEFAULT_MACHINE, DEFAULT_MODEL, DEFAULT_PLAN } from "./defaults.ts";
export type { DecoderRows, EvaluateRequest, RowRequest } from "./evaluating.ts";
export type { Experiment, Laboratory } from "./experiments/ledger/experiment.ts";
export type { Ledger } from "./experiments/ledger/ledger.ts";
export type { LedgerRow } from "./experiments/ledger/ledger-row.ts";
export type { Ours } from "./experiments/ledger/ours.ts";
export type { PublishedRow } from "./experiments/ledger/published-row.ts";
export type { Arithmetic } from "./inference/arithmetic.ts";
export type { EncoderRun, HeadDecision, LayerDecision } from "./inference/decisions.ts";
export type { CacheTraffic } from "./inference/decoding/cache-traffic.ts";
export type { ChatMessage } from "./inference/decoding/chat.ts";
export type {
  DecoderHeadDecision,
  DecoderLayerDecision,
  IterationDecisions,
} from "./inference/decoding/decoder-decisions.ts";
export type { GenerationRun } from "./inference/decoding/decoder-text-model.ts";
export type { FinishReason, GenerationStep } from "./inference/decoding/generate.ts";
export type { EncoderBatch, EncoderInput, Engine } from "./inference/engines/engine.ts";
export {
  createOnnxEngine,
  type OnnxEngine,
  type OnnxEngineOptions,
} from "./inference/engines/onnx/onnx-engine.ts";
export type { Prediction } from "./inference/predictions.ts";
export { recordedTensors } from "./inference/recorder-tensors.ts";
export type { TextPair, TextRun } from "./inference/text-model.ts";
export type { Comparison } from "./machines/compare.ts";
export type { Machine } from "./machines/machine.ts";
export type { MachineReport } from "./machines/machine-report.ts";
export type { BatchOptions, Model, RunOptions } from "./model.ts";
export { type OnnxModule, onnxRuntimeOf } from "./platform/onnx-module.ts";
export type { PruningMethod } from "./pruning/methods/method.ts";
export type { PruningPlan } from "./pruning/plan.ts";
export type { CachePolicy, PolicyContext } from "./pruning/policies/policy.ts";
export type { Dataset, DatasetFiles } from "./quality/datasets/dataset.ts";
export type { Evaluation } from "./quality/evaluation/evaluate.ts";
export type { FinishedRow } from "./quality/evaluation/outcome.ts";
export type { RunOutcomes } from "./quality/evaluation/outcome-runner.ts";
export type { EvaluationProtocol } from "./quality/evaluation/protocol.ts";
export type { Trial } from "./quality/tuning/trial.ts";
export type { Tuning } from "./quality/tuning/tuning.ts";
export type { ReproduceRequest } from "./reproducing.ts";
export type { CompareRequest, ExportRequest, Extensions, SimulateRequest, Spatten } from "./spatten.ts";
export type { TuneRequest } from "./tuning.ts";
export type { AttentionWorkload } from "./workload/attention-workload.ts";
export type { WorkloadSource } from "./workload/workload-source.ts";
