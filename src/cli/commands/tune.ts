import { type Command, InvalidArgumentError, Option } from "commander";
import { stringify } from "yaml";
import { configHash } from "../../base/json.ts";
import { writeFileAtomically } from "../../platform/node/atomic-write.ts";
import { datasetFormats } from "../../quality/datasets/registry.ts";
import { qualityTasks } from "../../quality/evaluation/registry.ts";
import { objectives } from "../../quality/tuning/objectives.ts";
import { inertJson } from "../../report/inert-text.ts";
import { DEFAULT_MODEL } from "../../spatten.ts";
import { DEFAULT_TRIAL_BUDGET } from "../../tuning.ts";
import type { CommandContext } from "../context.ts";
import { countFrom, modelOption } from "../options.ts";
import { startOutcomeWorkers } from "../outcome-workers.ts";
import { progressPrinter } from "../progress.ts";
import { renderTuning } from "../render-tuning.ts";
import { openTrialLog, type TrialLog } from "../trial-log.ts";
import { tuningPicture } from "../tuning-picture.ts";

interface TuneCommandOptions {
  readonly model: string;
  readonly dataset: string;
  readonly format?: string;
  readonly floor: number;
  readonly objective: string;
  readonly split?: string;
  readonly task?: string;
  readonly metric?: string;
  readonly method?: string;
  readonly heads: "fixed" | "cascade";
  readonly engine: string;
  readonly limit?: number;
  readonly support?: number;
  readonly budget: number;
  readonly maxTokens?: number;
  readonly muteSilence?: boolean;
  readonly jobs: number;
  readonly resume?: string;
  readonly out?: string;
  readonly svg?: string;
  readonly test?: boolean;
  readonly seed: number;
  readonly json?: boolean;
}

const EXAMPLES = `Examples:
  spatten tune --dataset data_full.json --floor 0.5 --out tuned.yaml
  spatten tune --dataset data_full.json --floor 0.5 --objective energy --resume trials.jsonl --test
  spatten tune --model minilm-l6-v2 --dataset banking77 --task nearest-centroid --floor 0.5 --svg front.svg
`;

const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

/** `spatten tune`: the cheapest plan that loses no more than a floor, searched on validation rows. */
export function addTuneCommand(program: Command, context: CommandContext): void {
  program
    .command("tune")
    .description("search the cheapest plan that stays within a floor of quality, and write it")
    .requiredOption("--dataset <file-or-folder>", "the data set")
    .requiredOption("--floor <points>", "points of 100 that the plan may lose", pointsOf)
    .addOption(
      new Option("--objective <name>", "what it is to be cheap in").choices(ids(objectives)).default("dram"),
    )
    .addOption(modelOption(DEFAULT_MODEL))
    .addOption(
      new Option("--format <name>", "its layout, if the files do not show it").choices(ids(datasetFormats)),
    )
    .addOption(
      new Option("--split <name>", "the rows to search on; by default validation").choices([
        "validation",
        "train",
        "test",
      ]),
    )
    .addOption(new Option("--task <name>", "what is asked of the model").choices(ids(qualityTasks)))
    .option("--metric <name>", "the figure of the task that the floor is about; by default its first")
    .option("--method <name>", "what scores tokens; by default spatten")
    .addOption(
      new Option("--heads <how>", "heads chosen beforehand, or by the cascade while it runs")
        .choices(["fixed", "cascade"])
        .default("fixed"),
    )
    .option("--engine <name>", "what computes the model", "reference")
    .option("--budget <number>", "plans that may be tried", countFrom(1), DEFAULT_TRIAL_BUDGET)
    .option("--limit <number>", "look at so many drawn rows only", countFrom(2))
    .option("--support <number>", "rows of each class that neighbours and centroids come from", countFrom(1))
    .option("--max-tokens <number>", "cut texts that have more tokens, marks included", countFrom(3))
    .option("--mute-silence", "give clips of silence the features of no sound")
    .option("--jobs <number>", "threads, each with the model loaded", countFrom(1, 256), 1)
    .option("--resume <file>", "keep finished trials there, and go on from those that are there")
    .option("--out <file>", "write the plan there, as YAML")
    .option("--svg <file>", "draw quality against saving there")
    .option("--test", "judge the chosen plan once on the test split")
    .option("--seed <number>", "seed of the search and of the intervals", countFrom(0), 0)
    .option("--json", "print one JSON document")
    .addHelpText("before", EXAMPLES)
    .action((options: TuneCommandOptions) => tuneCommand(options, context));
}

async function tuneCommand(options: TuneCommandOptions, context: CommandContext): Promise<void> {
  const tuning = await runTuning(options, context);
  if (options.out !== undefined) await writeFileAtomically(options.out, [stringify(tuning.chosen.plan)]);
  if (options.svg !== undefined) await writeFileAtomically(options.svg, [tuningPicture(tuning)]);
  if (options.json !== true) {
    context.stdout.write(renderTuning(tuning, context.style));
    return;
  }
  const { model, dataset, task, metric, floorPoints, objective, engine, seed } = tuning;
  const provenance = {
    ...(await context.provenance()),
    configHash: configHash({ model, dataset, task, metric, floorPoints, objective, engine, seed }),
    seed,
  };
  context.stdout.write(`${inertJson({ ...tuning, provenance })}\n`);
}

async function runTuning(options: TuneCommandOptions, context: CommandContext) {
  const { model, engine, format, split, task, metric, method, limit, support, maxTokens, resume, jobs } =
    options;
  const spatten = await context.spatten();
  const dataset = await spatten.openDataset(options.dataset, format);
  const request = { model, engine, ...(maxTokens === undefined ? {} : { maximumTokenCount: maxTokens }) };
  const progress = progressPrinter(context.stderr, context.clock);
  const workers =
    jobs === 1
      ? undefined
      : startOutcomeWorkers(jobs, { request, plugins: context.plugins() }, context.signal);
  let log: TrialLog | undefined;
  try {
    return await spatten.tune({
      ...{ ...request, dataset, floorPoints: options.floor, objective: options.objective },
      ...{ headChoice: options.heads, trialBudget: options.budget, seed: options.seed },
      ...(split === undefined ? {} : { split }),
      ...(task === undefined ? {} : { task }),
      ...(metric === undefined ? {} : { metric }),
      ...(method === undefined ? {} : { method }),
      ...(limit === undefined ? {} : { limit }),
      ...(support === undefined ? {} : { supportPerClass: support }),
      muteSilence: options.muteSilence === true,
      test: options.test === true,
      ...(workers === undefined ? {} : { runOutcome: workers.runOutcome, concurrency: jobs }),
      ...(resume === undefined
        ? {}
        : {
            resume: async (hash: string) => {
              log = await openTrialLog(resume, hash);
              return log.finished;
            },
            onTrial: (trial) => log!.append(trial),
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

function pointsOf(text: string): number {
  const points = /^\d{1,3}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (points <= 100) return points;
  throw new InvalidArgumentError("expected points from 0 to 100");
}
