import { type Command, Option } from "commander";
import { SpattenError } from "../../base/errors.ts";
import { configHash } from "../../base/json.ts";
import { DEFAULT_MACHINE, DEFAULT_MODEL, DEFAULT_PLAN } from "../../defaults.ts";
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
import { arithmeticOption, energyOption, machineOption, modelOption } from "../options.ts";
import { progressPrinter } from "../progress.ts";
import { renderRun } from "../render-run.ts";
import { writeRecordedWorkload } from "../write-workload.ts";

/** A sentence with words to drop and words to keep; answered right, dense and pruned. */
const EXAMPLE_TEXT =
  "could you please tell me what the weather is going to be like in paris tomorrow morning";

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
}

const EXAMPLES = `Examples:
  spatten run --text "set an alarm for seven in the morning"
  echo "what is my balance" | spatten run - --json
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
    .addOption(new Option("--next-commands").hideHelp())
    .addHelpText("before", EXAMPLES)
    .action((source: string | undefined, options: RunCommandOptions) => runCommand(source, options, context));
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

/** Loading is a stage of its own: a model of the hub may have to be fetched first. */
async function loadModel(spatten: Spatten, model: string, context: CommandContext): Promise<Model> {
  const progress = progressPrinter(context.stderr, context.clock);
  try {
    return await spatten.load(model, { signal: context.signal, onProgress: progress.report });
  } finally {
    progress.end();
  }
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
  npx spatten list plans                                  what else there is
  npm test                                                every check
`;
