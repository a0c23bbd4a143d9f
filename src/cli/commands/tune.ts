import { type Command, Option } from "commander";
import { configHash } from "../../base/json.ts";
import { DEFAULT_MARGIN, DEFAULT_MODEL, DEFAULT_TRIAL_BUDGET } from "../../defaults.ts";
import type { Tuning } from "../../index.ts";
import { writeFileAtomically } from "../../platform/node/atomic-write.ts";
import type { BeginChoice } from "../../quality/perplexity/begin-token.ts";
import type { HeadChoice } from "../../quality/tuning/encoder-space.ts";
import { objectives } from "../../quality/tuning/objectives.ts";
import { inertJson } from "../../report/inert-text.ts";
import type { CommandContext } from "../context.ts";
import { beginOption, formatOption, taskOption, windowOption } from "../dataset-options.ts";
import { countFrom, idsOf, modelOption, numberFrom } from "../options.ts";
import { startOutcomeWorkers } from "../outcome-workers.ts";
import { planYaml } from "../plan-yaml.ts";
import { progressPrinter } from "../progress.ts";
import { renderTuning } from "../render-tuning.ts";
import { safe } from "../terminal.ts";
import { openTrialLog, type TrialLog } from "../trial-log.ts";

interface TuneCommandOptions {
  readonly model: string;
  readonly dataset: string;
  readonly format?: string;
  readonly split: string;
  readonly floor: number;
  readonly margin: number;
  readonly objective: string;
  readonly task?: string;
  readonly metric?: string;
  readonly engine: string;
  readonly method: string;
  readonly heads: HeadChoice;
  readonly limit?: number;
  readonly support?: number;
  readonly maxTokens?: number;
  readonly muteSilence?: boolean;
  readonly window?: number;
  readonly begin?: BeginChoice;
  readonly cacheMode: "select" | "evict";
  readonly trials: number;
  readonly jobs: number;
  readonly cache?: string;
  readonly seed: number;
  readonly test?: boolean;
  readonly out?: string;
  readonly svg?: string;
  readonly json?: boolean;
}

const EXAMPLES = `Examples:
  spatten tune --dataset data_full.json --floor 0.5 --engine onnx --out tuned.yaml --svg tuned.svg
  spatten tune --dataset questions.jsonl --floor 1 --objective energy --limit 500 --cache trials.jsonl
  spatten tune --model minilm-l6-v2 --dataset banking77 --floor 0.5 --engine onnx --support 10 --test
  spatten tune --model gpt2-kjv-shakespeare --dataset text.txt --floor 1 --window 128 --limit 60 --trials 40
`;

/** `spatten tune`: the cheapest plan within a floor of dense quality. */
export function addTuneCommand(program: Command, context: CommandContext): void {
  program
    .command("tune")
    .description("search the cheapest plan that loses no more than a floor, and write it")
    .requiredOption("--dataset <file-or-folder>", "the data set; validation rows are cut out if it has none")
    .requiredOption(
      "--floor <points>",
      "what the plan may lose, in points of the metric; on a decoder 0.01 nat a token, about 1 % of perplexity",
      numberFrom(0, 100),
    )
    .option(
      "--margin <errors>",
      "standard errors that it has to stay within it",
      numberFrom(0, 10),
      DEFAULT_MARGIN,
    )
    .addOption(formatOption())
    .addOption(
      new Option("--split <name>", "the rows to search on")
        .choices(["validation", "train", "test"])
        .default("validation"),
    )
    .addOption(modelOption(DEFAULT_MODEL))
    .addOption(
      new Option("--objective <name>", "what is to be cheap").choices(idsOf(objectives)).default("dram"),
    )
    .addOption(taskOption())
    .option("--metric <name>", "the figure that counts, by default the first of the task")
    .option("--engine <name>", "what computes the model; techniques that it lacks are left out", "reference")
    .option(
      "--method <name>",
      "what scores tokens: a pruning method, or a cache policy of a decoder",
      "spatten",
    )
    .addOption(
      new Option("--cache-mode <mode>", "rows of a decoder's cache that are not read stay stored, or leave")
        .choices(["select", "evict"])
        .default("select"),
    )
    .addOption(windowOption())
    .addOption(beginOption())
    .addOption(
      new Option("--heads <how>", "heads fixed beforehand, or chosen by the cascade as it runs")
        .choices(["fixed", "cascade"])
        .default("fixed"),
    )
    .option("--limit <number>", "search on so many drawn rows; the others confirm the choice", countFrom(1))
    .option(
      "--support <number>",
      "train rows of each class that neighbours come from, on test too",
      countFrom(1),
    )
    .option("--max-tokens <number>", "cut texts that have more tokens, marks included", countFrom(3))
    .option("--mute-silence", "give clips of silence the features of no sound")
    .option("--trials <number>", "plans to try", countFrom(1, 100_000), DEFAULT_TRIAL_BUDGET)
    .option("--jobs <number>", "threads, each with the model loaded", countFrom(1, 256), 1)
    .option("--cache <file>", "keep finished trials there, and take those that are there")
    .option("--seed <number>", "seed of rows, search and intervals", countFrom(0), 0)
    .option("--test", "judge the chosen plan once on the test split, with intervals")
    .option("--out <file>", "write the plan as YAML")
    .option("--svg <file>", "write the picture")
    .option("--json", "print one JSON document")
    .addHelpText("before", EXAMPLES)
    .action((options: TuneCommandOptions) => tuneCommand(options, context));
}

async function tuneCommand(options: TuneCommandOptions, context: CommandContext): Promise<void> {
  const tuning = await runSearch(options, context);
  // Drawn before anything is written: a refused output leaves nothing half.
  const picture = options.svg === undefined ? undefined : await pictureOf(tuning);
  if (options.out !== undefined) await writeFileAtomically(options.out, planYaml(tuning.chosen.plan));
  if (options.svg !== undefined) await writeFileAtomically(options.svg, picture!);
  if (options.json === true) {
    const { model, engine, dataset, task, metric, floorPoints, margin, objective, seed } = tuning;
    const what = { model, engine, dataset, task, metric, floorPoints, margin, objective, seed };
    const provenance = { ...(await context.provenance()), configHash: configHash(what), seed };
    context.stdout.write(`${inertJson({ ...tuning, provenance })}\n`);
    return;
  }
  const written = [options.out, options.svg].filter((file) => file !== undefined);
  context.stdout.write(renderTuning(tuning, context.style));
  if (written.length > 0) context.stdout.write(`wrote ${written.map(safe).join(" and ")}\n`);
}

async function runSearch(options: TuneCommandOptions, context: CommandContext): Promise<Tuning> {
  const spatten = await context.spatten();
  const dataset = await spatten.openDataset(options.dataset, options.format);
  const { cache, task, metric, limit, support, maxTokens, jobs, window, begin } = options;
  const running = {
    ...{ model: options.model, engine: options.engine },
    ...(maxTokens === undefined ? {} : { maximumTokenCount: maxTokens }),
  };
  const progress = progressPrinter(context.stderr, context.clock);
  const workers =
    jobs === 1
      ? undefined
      : startOutcomeWorkers(jobs, { request: running, plugins: context.plugins() }, context.signal);
  let log: TrialLog | undefined;
  try {
    return await spatten.tune({
      ...running,
      ...{
        dataset,
        split: options.split,
        floorPoints: options.floor,
        margin: options.margin,
        objective: options.objective,
      },
      ...{
        method: options.method,
        headChoice: options.heads,
        cache: options.cacheMode,
        trialBudget: options.trials,
      },
      ...{ seed: options.seed, test: options.test === true, muteSilence: options.muteSilence === true },
      ...(window === undefined ? {} : { windowTokenCount: window }),
      ...(begin === undefined ? {} : { begin }),
      ...(task === undefined ? {} : { task }),
      ...(metric === undefined ? {} : { metric }),
      ...(limit === undefined ? {} : { limit }),
      ...(support === undefined ? {} : { supportPerClass: support }),
      ...(workers === undefined ? {} : { runOutcomes: workers.runOutcomes, concurrency: jobs }),
      ...(cache === undefined
        ? {}
        : {
            resume: async (hash: string) => {
              log = await openTrialLog(cache, hash);
              return log.finished;
            },
            onTrial: (trial) => log!.append(trial),
          }),
      ...{ signal: context.signal, onProgress: progress.report },
    });
  } finally {
    progress.end();
    await log?.close();
    await workers?.close();
  }
}

/** Figures need a DOM and a plot library: loaded only for those who ask. */
async function pictureOf(tuning: Tuning): Promise<string> {
  const { tuningPicture } = await import("../tuning-picture.ts");
  return tuningPicture(tuning);
}
