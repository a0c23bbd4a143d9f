import { SpattenError } from "../base/errors.ts";
import { configHash } from "../base/json.ts";
import type { Decoder, GenerateOptions } from "../decoder.ts";
import type { ChatMessage } from "../inference/decoding/chat.ts";
import type { GenerationRun } from "../inference/decoding/decoder-text-model.ts";
import type { GenerationStep } from "../inference/decoding/generate.ts";
import type { Machine } from "../machines/machine.ts";
import { densePlan, isDense } from "../pruning/dense-plan.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import { type GenerationDocument, generationDocument } from "../report/generation-document.ts";
import { inertJson } from "../report/inert-text.ts";
import type { Spatten } from "../spatten.ts";
import type { CommandContext } from "./context.ts";
import { progressPrinter, withProgress } from "./progress.ts";
import { renderGeneration, renderGenerationHeading } from "./render-generation.ts";
import { safe } from "./terminal.ts";
import { writeWorkloadFile } from "./write-workload.ts";

/** What `spatten run --generate` was asked for. */
export interface GenerationCommand {
  readonly spatten: Spatten;
  readonly model: string;
  readonly prompt: string | readonly ChatMessage[];
  readonly plan: PruningPlan;
  readonly machine: Machine;
  readonly energyModel: "bottom-up" | "calibrated";
  readonly sampling: Omit<GenerateOptions, "plan" | "signal" | "onProgress">;
  readonly form: "text" | "json" | "jsonl";
  readonly workloadFile: string | undefined;
}

/** A generation under a plan, streamed where somebody looks on, and the dense one beside it. */
export async function generateText(command: GenerationCommand, context: CommandContext): Promise<void> {
  const { plan, form } = command;
  await using decoder = await loadDecoder(command, context);
  const isWatched = form === "text" && context.stdout.isTTY === true;
  const heading =
    renderGenerationHeading(decoder.name, plan.name, context.style) +
    context.style.dim(shownText(typeof command.prompt === "string" ? command.prompt : ""));
  if (isWatched) context.stdout.write(heading);
  const pruned = await run(decoder, command, plan, context, {
    isShown: isWatched,
    onStep: (step) => {
      if (isWatched) context.stdout.write(shownText(step.text));
      if (form === "jsonl") context.stdout.write(`${stepLine(step)}\n`);
    },
  });
  const dense = isDense(plan)
    ? pruned
    : await run(decoder, command, densePlan, context, { isShown: false, onStep: () => undefined });
  const document = await documentOf(command, decoder, { dense, pruned }, context);
  if (command.workloadFile !== undefined) await writeWorkload(command.workloadFile, pruned);
  if (form === "json") context.stdout.write(`${inertJson(document)}\n`);
  else if (form === "jsonl") context.stdout.write(`${inertJson(document, 0)}\n`);
  else {
    const text = isWatched ? "" : heading + shownText(pruned.text);
    context.stdout.write(`${text}\n\n${renderGeneration(document, context.style)}`);
  }
}

function loadDecoder({ spatten, model }: GenerationCommand, context: CommandContext): Promise<Decoder> {
  const { signal } = context;
  return withProgress(context, (onProgress) => spatten.loadDecoder(model, { signal, onProgress }));
}

async function run(
  decoder: Decoder,
  { prompt, sampling }: GenerationCommand,
  plan: PruningPlan,
  context: CommandContext,
  { isShown, onStep }: { readonly isShown: boolean; readonly onStep: (step: GenerationStep) => void },
): Promise<GenerationRun> {
  const progress = progressPrinter(context.stderr, context.clock);
  const isStreamed = isShown && context.stderr.isTTY === true;
  const steps = decoder.generate(prompt, {
    ...sampling,
    plan,
    signal: context.signal,
    // On one terminal a line of progress would write over the text.
    onProgress: (state) => {
      if (!isStreamed || state.stage.endsWith("prompt")) progress.report(state);
      else progress.end();
    },
  });
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done === true) return next.value;
      onStep(next.value);
    }
  } finally {
    progress.end();
  }
}

async function documentOf(
  { spatten, machine, energyModel, plan, sampling }: GenerationCommand,
  decoder: Decoder,
  runs: { readonly dense: GenerationRun; readonly pruned: GenerationRun },
  context: CommandContext,
): Promise<GenerationDocument> {
  const simulated = async (one: GenerationRun) => {
    const workload = one.workload();
    return workload.jobs.length === 0
      ? undefined
      : spatten.simulate(workload, { machine, energyModel, signal: context.signal });
  };
  const dense = await simulated(runs.dense);
  const pruned = await simulated(runs.pruned);
  const { name, layerCount, headCount, keyValueHeadCount } = decoder;
  return generationDocument({
    provenance: {
      ...(await context.provenance()),
      configHash: configHash({ model: name, plan, sampling, machine: pruned?.configHash ?? null }),
      seed: sampling.seed ?? 0,
    },
    model: { name, layerCount, headCount, keyValueHeadCount },
    ...runs,
    machine: dense === undefined || pruned === undefined ? null : { dense, pruned },
  });
}

async function writeWorkload(file: string, run: GenerationRun): Promise<void> {
  const workload = run.workload();
  if (workload.jobs.length > 0) return writeWorkloadFile(file, workload);
  throw new SpattenError("input", "no token was fed back, so there is no work to write", {
    where: file,
    got: `${run.ids.length} generated, ${run.finishReason}`,
    expected: "at least 2 tokens",
  });
}

/** A text as it is, but for characters that would act on a terminal. */
function shownText(text: string): string {
  return text.split("\n").map(safe).join("\n");
}

function stepLine({ id, text, logProbability, fetchedRowCount, heldRowCount }: GenerationStep): string {
  const rows = { fetchedRows: fetchedRowCount, heldRows: heldRowCount };
  return inertJson({ id, text, logProbability: Math.round(logProbability * 1e4) / 1e4, ...rows }, 0);
}

/** A prompt as one turn of a user. */
export function asChat(text: string): ChatMessage[] {
  return [{ role: "user", content: text }];
}

/** Options of `run` that say nothing of a generation, and those that say nothing without one, by their keys. */
const otherOptions = {
  ...{ context: "--context", truncate: "--truncate", arithmetic: "--arithmetic" },
  ...{ html: "--html", tensors: "--tensors" },
};
const ownOptions = {
  ...{ temperature: "--temperature", topK: "--top-k", topP: "--top-p", seed: "--seed" },
  ...{ stop: "--stop", chat: "--chat", jsonl: "--jsonl" },
};

/** Refuses options of `run` that would be ignored. @throws SpattenError `usage`. */
export function requireFittingOptions(isGeneration: boolean, isGiven: (key: string) => boolean): void {
  const unfit = Object.entries(isGeneration ? otherOptions : ownOptions);
  const bad = unfit.find(([key]) => isGiven(key))?.[1];
  if (bad !== undefined) {
    throw new SpattenError(
      "usage",
      isGeneration ? `${bad} says nothing of a generation` : `${bad} needs --generate`,
      { hint: isGeneration ? "leave it or --generate out" : "such as --generate 32" },
    );
  }
  if (!(isGiven("json") && isGiven("jsonl"))) return;
  throw new SpattenError("usage", "--json and --jsonl exclude each other");
}
