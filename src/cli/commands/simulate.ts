import { type Command, InvalidArgumentError, Option } from "commander";
import { finishWithRests } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { DEFAULT_MACHINE } from "../../defaults.ts";
import { createCheckpoint } from "../../platform/pace.ts";
import { inertJson } from "../../report/inert-text.ts";
import { methodsParagraph } from "../../report/methods-paragraph.ts";
import { withFullyConnected } from "../../workload/fully-connected-jobs.ts";
import { wholeWorkloadSteps } from "../../workload/workload-source.ts";
import { chooseMachine } from "../choose.ts";
import type { CommandContext } from "../context.ts";
import { energyOption, machineOption, wholeNumber } from "../options.ts";
import { progressPrinter } from "../progress.ts";
import { readSidecarOf } from "../read-sidecar.ts";
import { readWorkloadFile } from "../read-workload.ts";
import { renderExplanation } from "../render-explanation.ts";
import { renderReport } from "../render-report.ts";
import { writeTrace } from "../write-trace.ts";

interface SimulateCommandOptions {
  readonly machine: string;
  readonly fidelity?: "cycle" | "analytical";
  readonly energy: "bottom-up" | "calibrated";
  readonly fullyConnected?: string;
  readonly iteration?: number;
  readonly seeds?: number;
  readonly compute?: boolean;
  readonly why?: boolean;
  readonly trace?: string;
  readonly methods?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `Examples:
  spatten simulate work.jsonl --machine spatten
  spatten simulate summary-gpt2-small-wikitext2-per8.csv --machine spatten-eighth --iteration 0 --json
  spatten simulate work.jsonl --energy calibrated
  spatten simulate work.jsonl --fidelity cycle --why --trace work.trace.json
  spatten simulate summary-gpt2-small-wikitext2-per8.csv --machine spatten-e2e --fully-connected 8
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
    .addOption(
      new Option(
        "--fully-connected <bits>",
        "add the model's fully connected layers, with weights of that width; spatten-e2e runs them",
      ).choices(["8", "12"]),
    )
    .option("--iteration <number>", "only this iteration", wholeNumber)
    .option(
      "--seeds <number>",
      "runs with other draws, where something is drawn; the median is told",
      seedCount,
    )
    .option("--compute", "also compute with the tensors beside the workload, and compare with its decisions")
    .option("--why", "tell what set the pace when, and what each ideal part would gain")
    .option("--trace <file>", "write a trace for Chrome's viewer or Perfetto (fidelity cycle)")
    .option("--methods", "print the paragraph for a paper's methods section instead of the report")
    .option("--json", "print one JSON document")
    .addHelpText("before", EXAMPLES)
    .action((file: string, options: SimulateCommandOptions) => simulateCommand(file, options, context));
}

async function simulateCommand(
  file: string,
  options: SimulateCommandOptions,
  context: CommandContext,
): Promise<void> {
  if (options.trace !== undefined && options.fidelity !== "cycle") throw noTrace(options.fidelity);
  const spatten = await context.spatten();
  const progress = progressPrinter(context.stderr, context.clock);
  const given = await readWorkloadFile(file, context.signal, progress.report);
  const { fullyConnected, seeds } = options;
  const workload =
    fullyConnected === undefined
      ? given
      : withFullyConnected(
          await finishWithRests(wholeWorkloadSteps(given), createCheckpoint(context.signal)),
          Number(fullyConnected),
        );
  const machine = await chooseMachine(spatten, options.machine);
  const request = {
    machine,
    energyModel: options.energy,
    signal: context.signal,
    onProgress: progress.report,
    ...(options.fidelity === undefined ? {} : { fidelity: options.fidelity }),
    ...(seeds === undefined ? {} : { seeds: Array.from({ length: seeds }, (_, seed) => seed) }),
    ...(options.iteration === undefined ? {} : { iteration: options.iteration }),
  };
  const tensors = options.compute === true ? await readSidecarOf(workload, file) : undefined;
  const report = await spatten.simulate(workload, {
    ...request,
    ...(tensors === undefined ? {} : { tensors }),
  });
  const why = options.why === true ? await spatten.explain(workload, report, request) : undefined;
  if (options.trace !== undefined) {
    await writeTrace(options.trace, report, (observer) =>
      spatten.simulate(workload, { ...request, seeds: [report.seed], observer }),
    );
  }
  progress.end();
  const { version } = await context.provenance();
  const methods = options.methods === true ? methodsParagraph({ report, machine, version }) : undefined;
  if (options.json === true) {
    context.stdout.write(`${inertJson({ ...report, ...(why && { why }), ...(methods && { methods }) })}\n`);
    return;
  }
  context.stdout.write(methods === undefined ? renderReport(report, context.style) : `${methods}\n`);
  if (why !== undefined) context.stdout.write(renderExplanation(why, context.style));
}

function noTrace(fidelity = "analytical"): SpattenError {
  return new SpattenError("usage", "only fidelity cycle has a trace", {
    where: "--trace",
    got: `fidelity ${fidelity}`,
    hint: "add --fidelity cycle",
  });
}

function seedCount(text: string): number {
  const count = wholeNumber(text);
  if (count < 1 || count > 1000) throw new InvalidArgumentError("expected 1 to 1000");
  return count;
}
