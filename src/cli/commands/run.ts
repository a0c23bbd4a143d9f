import { type Command, Option } from "commander";
import { SpattenError } from "../../base/errors.ts";
import { configHash } from "../../base/json.ts";
import {
  DEFAULT_DECODER,
  DEFAULT_DECODER_PLAN,
  DEFAULT_MACHINE,
  DEFAULT_MODEL,
  DEFAULT_PLAN,
} from "../../defaults.ts";
import type { Arithmetic } from "../../inference/arithmetic.ts";
import type { TextRun } from "../../inference/text-model.ts";
import { MAXIMUM_TEXT_LENGTH } from "../../inference/tokenizer.ts";
import type { Model } from "../../model.ts";
import { writeFileAtomically } from "../../platform/node/atomic-write.ts";
import { readStandardInput, readTextFile } from "../../platform/node/read-input.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { inertJson } from "../../report/inert-text.ts";
import { type RunDocument, runDocument } from "../../report/run-document.ts";
import type { Spatten } from "../../spatten.ts";
import { chooseMachine, choosePlan } from "../choose.ts";
import type { CommandContext } from "../context.ts";
import { asChat, generateText, requireFittingOptions } from "../generate-text.ts";
import {
  arithmeticOption,
  collect,
  countFrom,
  energyOption,
  machineOption,
  modelOption,
  numberFrom,
} from "../options.ts";
import { progressPrinter, withProgress } from "../progress.ts";
import { renderRun } from "../render-run.ts";
import { writeRecordedWorkload } from "../write-workload.ts";

/** A sentence with words to drop and words to keep; answered right, dense and pruned. */
const EXAMPLE_TEXT =
  "could you please tell me what the weather is going to be like in paris tomorrow morning";

/** What a generation goes on from when nothing is given: the bundled decoder knows such sentences. */
const EXAMPLE_PROMPT = "And the king said unto his servants,";

interface RunCommandOptions {
  readonly text?: string;
  readonly textFile?: string;
  readonly context?: string;
  readonly truncate?: boolean;
  readonly model: string;
  readonly plan: string;
  readonly machine: string;
  readonly energy: "bottom-up" | "calibrated";
  readonly engine: string;
  readonly arithmetic: Arithmetic;
  readonly json?: boolean;
  readonly html?: string;
  readonly workload?: string;
  readonly tensors?: boolean;
  readonly nextCommands?: boolean;
  readonly generate?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly stop?: string[];
  readonly chat?: boolean;
  readonly jsonl?: boolean;
}

const EXAMPLES = `Examples:
  spatten run --text "set an alarm for seven in the morning"
  echo "what is my balance" | spatten run - --json
  spatten run --text "And God said" --generate 40 --plan paper-decoder
  spatten run --text-file question.txt --plan my-plan.yaml --machine spatten-eighth
  spatten run --text "book a flight to rome" --html report.html --workload work.jsonl
`;

/** `spatten run`: one text, dense and pruned, and what both cost on a machine. */
export function addRunCommand(program: Command, context: CommandContext): void {
  program
    .command("run")
    .description("run a text through a model, dense and pruned, and pay for both on a machine")
    .argument("[source]", "- reads the text from standard input")
    .option("--text <text>", "the text")
    .option("--text-file <file>", "a file that holds the text")
    .option("--context <text>", "the second text of a pair: what a question is asked about")
    .option("--truncate", "cut a text that has more tokens than the model has positions")
    .addOption(modelOption(DEFAULT_MODEL))
    .option("--plan <name-or-file>", "a plan preset, or a YAML or JSON file", DEFAULT_PLAN)
    .addOption(machineOption(DEFAULT_MACHINE))
    .addOption(energyOption())
    .option("--engine <name>", "what computes the model", "reference")
    .addOption(arithmeticOption())
    .option("--json", "print one JSON document")
    .option("--html <file>", "write a self-contained page with figures")
    .option("--workload <file>", "write the attention work of the pruned run as JSON Lines")
    .option("--tensors", "with --workload: also Q, K, V, probabilities and scores, as safetensors beside it")
    .option(
      "--generate <number>",
      "go on from the text by so many tokens, on a decoder",
      countFrom(1, 1_000_000),
    )
    .option(
      "--temperature <number>",
      "draw tokens: 1 as the model says, less for likelier ones",
      numberFrom(0, 100),
    )
    .option("--top-k <number>", "draw among so many of the likeliest", countFrom(1))
    .option("--top-p <number>", "draw among the likeliest up to this probability", numberFrom(0.000001, 1))
    .option("--seed <number>", "seed of the draws", countFrom(0))
    .option("--stop <text>", "end before this text; may be repeated", collect, [])
    .option("--chat", "the text is a user's turn, in the model's chat template")
    .option("--jsonl", "with --generate: print each token as a line of JSON, then the whole")
    .addOption(new Option("--next-commands").hideHelp())
    .addHelpText("before", EXAMPLES)
    .action((source: string | undefined, options: RunCommandOptions, command: Command) => {
      const isGiven = (name: string) => command.getOptionValueSource(name) === "cli";
      requireFittingOptions(options.generate !== undefined, isGiven);
      return options.generate === undefined
        ? runCommand(source, options, context)
        : runGeneration(source, options, isGiven, context);
    });
}

async function runCommand(
  source: string | undefined,
  options: RunCommandOptions,
  context: CommandContext,
): Promise<void> {
  if (options.tensors === true && options.workload === undefined) {
    throw new SpattenError("usage", "--tensors needs --workload", {
      hint: "the tensors lie beside that file",
    });
  }
  const text = await readText(source, options);
  const spatten = await context.spatten();
  const plan = await choosePlan(spatten, options.plan);
  const machine = await chooseMachine(spatten, options.machine);
  await using model = await loadModel(spatten, options.model, context);
  const progress = progressPrinter(context.stderr, context.clock);
  const runUnder = (chosen: string | PruningPlan, arithmetic: Arithmetic): Promise<TextRun> =>
    model.run(text, {
      plan: chosen,
      arithmetic,
      engine: options.engine,
      truncate: options.truncate === true,
      ...(options.context === undefined ? {} : { context: options.context }),
      captureTensors: options.tensors === true,
      signal: context.signal,
      onProgress: progress.report,
    });
  const dense = await runUnder("none", "float32");
  const pruned = await runUnder(plan, options.arithmetic);
  progress.end();
  const request = { machine, energyModel: options.energy, signal: context.signal };
  const reports = {
    dense: await spatten.simulate(dense.workload, request),
    pruned: await spatten.simulate(pruned.workload, request),
  };
  const document = runDocument({
    provenance: {
      ...(await context.provenance()),
      configHash: configHash({
        model: model.name,
        plan,
        arithmetic: pruned.arithmetic,
        machine: reports.pruned.configHash,
      }),
      seed: plan.tokens?.seed ?? 0,
    },
    model: { name: model.name, layerCount: model.layerCount, headCount: model.headCount },
    dense,
    pruned,
    machine: reports,
  });
  // Everything is computed before anything is written: a refused output loses nothing and leaves nothing half.
  if (options.workload !== undefined)
    await writeRecordedWorkload(options.workload, pruned, options.tensors === true);
  if (options.html !== undefined) await writeFileAtomically(options.html, await htmlOf(document));
  context.stdout.write(
    options.json === true ? `${inertJson(document)}\n` : renderRun(document, context.style),
  );
  if (options.nextCommands === true) context.stdout.write(NEXT_COMMANDS);
}

async function runGeneration(
  source: string | undefined,
  options: RunCommandOptions,
  isGiven: (name: string) => boolean,
  context: CommandContext,
): Promise<void> {
  const text = isGiven("text") || isGiven("textFile") || source !== undefined;
  const prompt = text ? await readText(source, options) : EXAMPLE_PROMPT;
  const spatten = await context.spatten();
  const { temperature, topK, topP, seed, stop, engine } = options;
  await generateText(
    {
      spatten,
      model: isGiven("model") ? options.model : DEFAULT_DECODER,
      prompt: options.chat === true ? asChat(prompt) : prompt,
      plan: await choosePlan(spatten, isGiven("plan") ? options.plan : DEFAULT_DECODER_PLAN),
      machine: await chooseMachine(spatten, options.machine),
      energyModel: options.energy,
      sampling: {
        ...{ engine, maximumNewTokens: options.generate!, stops: stop ?? [] },
        ...(temperature === undefined ? {} : { temperature }),
        ...(topK === undefined ? {} : { topK }),
        ...(topP === undefined ? {} : { topP }),
        ...(seed === undefined ? {} : { seed }),
      },
      form: options.json === true ? "json" : options.jsonl === true ? "jsonl" : "text",
      workloadFile: options.workload,
    },
    context,
  );
}

/** Loading is a stage of its own: a model of the hub may have to be fetched first. */
function loadModel(spatten: Spatten, model: string, context: CommandContext): Promise<Model> {
  const { signal } = context;
  return withProgress(context, (onProgress) => spatten.load(model, { signal, onProgress }));
}

/** Figures need a DOM and a plot library: loaded only for those who ask. */
async function htmlOf(document: RunDocument): Promise<string> {
  const { runPage } = await import("../run-page.ts");
  return runPage(document);
}

async function readText(source: string | undefined, options: RunCommandOptions): Promise<string> {
  const given = [source, options.text, options.textFile].filter((value) => value !== undefined);
  if (given.length > 1 || (source !== undefined && source !== "-")) {
    throw new SpattenError("usage", "give the text once", {
      got: given.join(" and "),
      expected: '--text "…", --text-file FILE, or - for standard input',
    });
  }
  // UTF-8 takes at most three bytes for each UTF-16 unit.
  const limitBytes = MAXIMUM_TEXT_LENGTH * 3;
  if (source === "-") return (await readStandardInput(limitBytes)).trimEnd();
  if (options.textFile !== undefined) return (await readTextFile(options.textFile, limitBytes)).trimEnd();
  return options.text ?? EXAMPLE_TEXT;
}

const NEXT_COMMANDS = `
Next:
  npm start -- --text "your own sentence"                 another text
  npm start -- --plan clinc150-strong                     heads and values pruned too
  npm start -- --html spatten-report.html                 the figures as one page
  npm start -- --generate 40                              a decoder goes on from a text, its cache pruned
  npx spatten list plans                                  what else there is
  npm test                                                every check
`;
