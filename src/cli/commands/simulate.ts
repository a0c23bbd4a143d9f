import { type Command, InvalidArgumentError, Option } from "commander";
import { inertJson } from "../../report/inert-text.ts";
import { DEFAULT_MACHINE } from "../../spatten.ts";
import { chooseMachine } from "../choose.ts";
import type { CommandContext } from "../context.ts";
import { energyOption, machineOption } from "../options.ts";
import { progressPrinter } from "../progress.ts";
import { readSidecarOf } from "../read-sidecar.ts";
import { readWorkloadFile } from "../read-workload.ts";
import { renderReport } from "../render-report.ts";

interface SimulateCommandOptions {
  readonly machine: string;
  readonly fidelity?: "cycle" | "analytical";
  readonly energy: "bottom-up" | "calibrated";
  readonly iteration?: number;
  readonly compute?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `Examples:
  spatten simulate work.jsonl --machine spatten
  spatten simulate summary-gpt2-small-wikitext2-per8.csv --machine spatten-eighth --iteration 0 --json
  spatten simulate work.jsonl --energy calibrated
  spatten simulate recorded-with-tensors.jsonl --compute
`;

/** `spatten simulate`: what a machine makes of a workload file. */
export function addSimulateCommand(program: Command, context: CommandContext): void {
  program
    .command("simulate")
    .description("time and pay a workload on a machine")
    .argument("<file>", "a workload: JSON Lines of spatten, or the official release's CSV")
    .addOption(machineOption(DEFAULT_MACHINE))
    .addOption(new Option("--fidelity <level>", "how closely to look").choices(["cycle", "analytical"]))
    .addOption(energyOption())
    .option("--iteration <number>", "only this iteration", wholeNumber)
    .option("--compute", "also compute with the tensors beside the workload, and compare with its decisions")
    .option("--json", "print one JSON document")
    .addHelpText("before", EXAMPLES)
    .action((file: string, options: SimulateCommandOptions) => simulateCommand(file, options, context));
}

async function simulateCommand(
  file: string,
  options: SimulateCommandOptions,
  context: CommandContext,
): Promise<void> {
  const spatten = await context.spatten();
  const progress = progressPrinter(context.stderr, context.clock);
  const workload = await readWorkloadFile(file, context.signal, progress.report);
  const machine = await chooseMachine(spatten, options.machine);
  const tensors = options.compute === true ? await readSidecarOf(workload, file) : undefined;
  const report = await spatten.simulate(workload, {
    machine,
    energyModel: options.energy,
    signal: context.signal,
    onProgress: progress.report,
    ...(options.fidelity === undefined ? {} : { fidelity: options.fidelity }),
    ...(tensors === undefined ? {} : { tensors }),
    ...(options.iteration === undefined ? {} : { iteration: options.iteration }),
  });
  progress.end();
  context.stdout.write(
    options.json === true ? `${inertJson(report)}\n` : renderReport(report, context.style),
  );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number of at least 0");
  return Number(text);
}
