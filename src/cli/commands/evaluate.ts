import { type Command, Option } from "commander";
import { configHash } from "../../base/json.ts";
import { DEFAULT_DECODER_PLAN, DEFAULT_MODEL, DEFAULT_PLAN, defaultRows } from "../../defaults.ts";
import type { Dataset, RowRequest } from "../../index.ts";
import type { Arithmetic } from "../../inference/arithmetic.ts";
import type { Evaluation } from "../../quality/evaluation/evaluate.ts";
import type { BeginChoice } from "../../quality/perplexity/begin-token.ts";
import { inertJson } from "../../report/inert-text.ts";
import type { Spatten } from "../../spatten.ts";
import { choosePlan } from "../choose.ts";
import type { CommandContext } from "../context.ts";
import { beginOption, formatOption, taskOption, windowOption } from "../dataset-options.ts";
import { arithmeticOption, countFrom, listOf, modelOption, numberFrom } from "../options.ts";
import { startOutcomeWorkers } from "../outcome-workers.ts";
import { progressPrinter } from "../progress.ts";
import { renderEvaluation } from "../render-evaluation.ts";
import { openRowLog, type RowLog } from "../row-log.ts";

interface EvaluateCommandOptions {
  readonly model: string;
  readonly dataset: string;
  readonly format?: string;
  readonly split?: string;
  readonly plan?: string;
  readonly task?: string;
  readonly engine: string;
  readonly arithmetic: Arithmetic;
  readonly limit?: number;
  readonly maxTokens?: number;
  readonly muteSilence?: boolean;
  readonly jobs: number;
  readonly batch: number;
  readonly window?: number;
  readonly begin?: BeginChoice;
  readonly lengths?: readonly number[];
  readonly depths?: readonly number[];
  readonly draws?: number;
  readonly resume?: string;
  readonly seed: number;
  readonly json?: boolean;
}

const EXAMPLES = `Examples:
  spatten evaluate --dataset data_full.json --limit 200
  spatten evaluate --dataset questions.jsonl --plan my-plan.yaml --jobs 4 --resume rows.jsonl
  spatten evaluate --model minilm-l6-v2 --max-tokens 256 --dataset banking77 --task nearest-neighbours --plan none
  spatten evaluate --model gpt2-kjv-shakespeare --dataset text.txt --plan paper-decoder --window 256 --limit 20
  spatten evaluate --model path/to/smollm2 --dataset xquad.en.json --task needle --plan my-cache.yaml --engine onnx
`;

/** `spatten evaluate`: what a plan costs in quality on a data set, and what it saves. */
export function addEvaluateCommand(program: Command, context: CommandContext): void {
  program
    .command("evaluate")
    .description("measure a model on a data set, dense and pruned, with intervals and savings")
    .requiredOption("--dataset <file-or-folder>", "the data set")
    .addOption(formatOption())
    .addOption(new Option("--split <name>", "the rows to judge").choices(["test", "validation", "train"]))
    .addOption(modelOption(DEFAULT_MODEL))
    .option(
      "--plan <name-or-file>",
      `a plan preset, or a YAML or JSON file (default: ${DEFAULT_PLAN}, of a decoder ${DEFAULT_DECODER_PLAN})`,
    )
    .addOption(taskOption())
    .option("--engine <name>", "what computes the model", "reference")
    .addOption(arithmeticOption())
    .option("--limit <number>", "judge the first rows only", countFrom(1))
    .option("--max-tokens <number>", "cut texts that have more tokens, marks included", countFrom(3))
    .option("--mute-silence", "give clips of silence the features of no sound")
    .addOption(windowOption())
    .addOption(beginOption())
    .option(
      "--lengths <tokens>",
      `needle: prompt lengths (default: ${defaultRows.lengthTokenCounts.join(",")})`,
      listOf(countFrom(1)),
    )
    .option(
      "--depths <parts>",
      `needle: parts of the text before the fact (default: ${defaultRows.depthRatios.join(",")})`,
      listOf(numberFrom(0, 1)),
    )
    .option("--draws <number>", "needle: facts for each length and depth (default: 1)", countFrom(1, 1000))
    .option("--jobs <number>", "threads, each with the model loaded", countFrom(1, 256), 1)
    .addOption(
      new Option("--batch <number>", "rows in one run: of an onnx engine, or side by side on a decoder")
        .argParser(countFrom(1, 1024))
        .default(1)
        .conflicts("jobs"),
    )
    .option("--resume <file>", "keep finished rows there, and go on from those that are there")
    .option("--seed <number>", "seed of the intervals", countFrom(0), 0)
    .option("--json", "print one JSON document")
    .addHelpText("before", EXAMPLES)
    .action((options: EvaluateCommandOptions) => evaluateCommand(options, context));
}

async function evaluateCommand(options: EvaluateCommandOptions, context: CommandContext): Promise<void> {
  const spatten = await context.spatten();
  const dataset = await spatten.openDataset(options.dataset, options.format);
  const request: RowRequest = {
    model: options.model,
    ...(options.plan === undefined ? {} : { plan: await choosePlan(spatten, options.plan) }),
    engine: options.engine,
    arithmetic: options.arithmetic,
    ...(options.maxTokens === undefined ? {} : { maximumTokenCount: options.maxTokens }),
  };
  const evaluation = await runEvaluation(spatten, dataset, request, options, context);
  if (options.json !== true) {
    context.stdout.write(renderEvaluation(evaluation, context.style));
    return;
  }
  const { model, plan, arithmetic, dataset: data, task } = evaluation;
  const { engine, seed } = options;
  const provenance = {
    ...(await context.provenance()),
    configHash: configHash({ model, plan, arithmetic, data, task, engine, seed }),
    seed,
  };
  context.stdout.write(`${inertJson({ ...evaluation, engine, provenance })}\n`);
}

async function runEvaluation(
  spatten: Spatten,
  dataset: Dataset,
  request: RowRequest,
  options: EvaluateCommandOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const progress = progressPrinter(context.stderr, context.clock);
  const workers =
    options.jobs === 1
      ? undefined
      : startOutcomeWorkers(options.jobs, { request, plugins: context.plugins() }, context.signal);
  let log: RowLog | undefined;
  const { resume, split, task, limit, window, begin, lengths, depths, draws } = options;
  try {
    return await spatten.evaluate({
      ...request,
      dataset,
      ...(split === undefined ? {} : { split }),
      ...(task === undefined ? {} : { task }),
      ...(limit === undefined ? {} : { limit }),
      ...(window === undefined ? {} : { windowTokenCount: window }),
      ...(begin === undefined ? {} : { begin }),
      ...(lengths === undefined ? {} : { lengthTokenCounts: lengths }),
      ...(depths === undefined ? {} : { depthRatios: depths }),
      ...(draws === undefined ? {} : { drawCount: draws }),
      muteSilence: options.muteSilence === true,
      seed: options.seed,
      batchSize: options.batch,
      ...(workers === undefined ? {} : { runOutcomes: workers.runOutcomes, concurrency: options.jobs }),
      ...(resume === undefined
        ? {}
        : {
            resume: async (hash: string) => {
              log = await openRowLog(resume, hash);
              return log.finished;
            },
            onRow: (row) => log!.append(row),
          }),
      signal: context.signal,
      onProgress: progress.report,
    });
  } finally {
    progress.end();
    await log?.close();
    await workers?.close();
  }
}
