import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import { DEFAULT_MODEL } from "../../defaults.ts";
import { wholeBytes } from "../../graph/write-onnx.ts";
import { writeFileAtomically } from "../../platform/node/atomic-write.ts";
import { choosePlan } from "../choose.ts";
import type { CommandContext } from "../context.ts";
import { modelOption } from "../options.ts";
import { progressPrinter } from "../progress.ts";
import { safe } from "../terminal.ts";

interface ExportCommandOptions {
  readonly model: string;
  readonly plan: string;
  readonly out: string;
  readonly int8?: boolean;
  readonly fullRange?: boolean;
}

const EXAMPLES = `Examples:
  spatten export --out bert.onnx
  spatten export --model my-bert/ --plan my-plan.yaml --out pruned.onnx
  spatten export --plan my-plan.yaml --out small.onnx --int8
`;

/** `spatten export`: a model under a plan as an ONNX file that runs elsewhere. */
export function addExportCommand(program: Command, context: CommandContext): void {
  program
    .command("export")
    .description("write a model under a plan as an ONNX file of standard operators, the pruning inside")
    .addOption(modelOption(DEFAULT_MODEL))
    .option("--plan <name-or-file>", "a plan preset, or a YAML or JSON file", "none")
    .requiredOption("--out <file>", "the file to write")
    .option("--int8", "weights as int8 codes of 7 bits, which every processor multiplies exactly")
    .option("--full-range", "with --int8: codes of all 8 bits, for processors with VNNI")
    .addHelpText("before", EXAMPLES)
    .action((options: ExportCommandOptions) => exportCommand(options, context));
}

async function exportCommand(options: ExportCommandOptions, context: CommandContext): Promise<void> {
  const spatten = await context.spatten();
  const plan = await choosePlan(spatten, options.plan);
  const progress = progressPrinter(context.stderr, context.clock);
  const externalFileName = `${basename(options.out)}.data`;
  const { model, external } = await spatten.exportOnnx(options.model, {
    ...{ plan, externalFileName, signal: context.signal, onProgress: progress.report },
    weights: options.int8 !== true ? "float32" : options.fullRange === true ? "int8-full" : "int8-narrow",
  });
  progress.end();
  // The constants first: a model without them would be half.
  if (external !== undefined) {
    await writeFileAtomically(join(dirname(options.out), externalFileName), external.parts);
  }
  await writeFileAtomically(options.out, wholeBytes(model));
  const beside = external === undefined ? "" : ` and ${externalFileName}, ${external.byteLength} bytes`;
  context.stdout.write(`wrote ${safe(options.out)}, ${model.byteLength} bytes${safe(beside)}\n`);
}
