import { type Command, InvalidArgumentError, Option } from "commander";
import { SpattenError } from "../../base/errors.ts";
import { lookUp } from "../../base/registry.ts";
import type { AssumedValues } from "../../experiments/spatten/benchmarks/assumption.ts";
import { type Benchmark, benchmarks } from "../../experiments/spatten/benchmarks/benchmarks.ts";
import { benchmarkSensitivity } from "../../experiments/spatten/benchmarks/sensitivity.ts";
import { benchmarkWorkload } from "../../experiments/spatten/benchmarks/synthesis.ts";
import type { FigureConventions } from "../../machines/figures.ts";
import { writeFileAtomically } from "../../platform/node/atomic-write.ts";
import { inertJson } from "../../report/inert-text.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import { chooseMachine } from "../choose.ts";
import type { ComparisonPicture } from "../comparison-picture.ts";
import { isFileName } from "../config-file.ts";
import type { CommandContext } from "../context.ts";
import { assumed, energyOption, wholeNumber } from "../options.ts";
import { withProgress } from "../progress.ts";
import { readWorkloadFile } from "../read-workload.ts";
import { renderComparison, renderSensitivity } from "../render-comparison.ts";

const pictures: readonly ComparisonPicture[] = ["bars", "roofline"];

interface CompareCommandOptions {
  readonly machines: readonly string[];
  readonly fidelity?: "cycle" | "analytical";
  readonly energy: "bottom-up" | "calibrated";
  readonly macOperations: "1" | "2";
  readonly operations: FigureConventions["operations"];
  readonly dramEnergy: "in" | "out";
  readonly iteration?: number;
  readonly assume: AssumedValues;
  readonly sensitivity?: boolean;
  readonly svg?: string;
  readonly figure: ComparisonPicture;
  readonly json?: boolean;
}

const EXAMPLES = `Examples:
  spatten compare bert-base-squad-v1 --machines titan-xp,spatten
  spatten compare work.jsonl --machines spatten-eighth,a3-base,mnnfast --operations executed
  spatten compare gpt2-medium-ptb --machines spatten,titan-xp --assume tokenReduction=4 --sensitivity
  spatten compare bert-large-rte --machines spatten,titan-xp --svg roofline.svg --figure roofline
  (benchmarks: ${benchmarks.map(({ id }) => id).join(", ")})
`;

/** `spatten compare`: machines side by side on a workload or a benchmark of the paper. */
export function addCompareCommand(program: Command, context: CommandContext): void {
  program
    .command("compare")
    .description("put machines side by side on a workload")
    .argument("<workload>", "a file as for simulate, or the name of a benchmark of the paper")
    .addOption(
      new Option("--machines <list>", "presets or files, with commas; ratios are against the first")
        .argParser(namesIn)
        .makeOptionMandatory(),
    )
    .addOption(new Option("--fidelity <level>", "how closely to look").choices(["cycle", "analytical"]))
    .addOption(energyOption())
    .addOption(
      new Option("--mac-operations <count>", "a multiply-accumulate as so many operations")
        .choices(["1", "2"])
        .default("2"),
    )
    .addOption(
      new Option("--operations <kind>", "what was done, or what the unpruned shape takes")
        .choices(["executed", "dense-equivalent"])
        .default("dense-equivalent"),
    )
    .addOption(
      new Option("--dram-energy <in-or-out>", "whether the energy of DRAM is paid")
        .choices(["in", "out"])
        .default("in"),
    )
    .option("--iteration <number>", "only this iteration", wholeNumber)
    .option(
      "--assume <name=value>",
      "a value in place of a benchmark's assumption; again for more",
      assumed,
      {},
    )
    .option("--sensitivity", "also run a benchmark at the ends of each of its assumptions")
    .option("--svg <file>", "write a figure, whole or not at all")
    .addOption(new Option("--figure <name>", "which one").choices([...pictures]).default("bars"))
    .option("--json", "print one JSON document")
    .addHelpText("before", EXAMPLES)
    .action((workload: string, options: CompareCommandOptions) => compareCommand(workload, options, context));
}

async function compareCommand(
  name: string,
  options: CompareCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { assume, fidelity, iteration, sensitivity, svg } = options;
  const benchmark = isFileName(name) ? undefined : lookUp(benchmarks, name, "benchmark");
  if (benchmark === undefined) refuseAssumptions(options);
  const spatten = await context.spatten();
  const machines = await Promise.all(options.machines.map((machine) => chooseMachine(spatten, machine)));
  const { comparison, ends } = await withProgress(context, async (onProgress) => {
    const workload = await openWorkload(name, benchmark, assume, context, onProgress);
    const compare = (source: WorkloadSource) =>
      spatten.compare(source, {
        machines,
        conventions: conventionsOf(options),
        energyModel: options.energy,
        signal: context.signal,
        onProgress,
        ...(fidelity === undefined ? {} : { fidelity }),
        ...(iteration === undefined ? {} : { iteration }),
      });
    return {
      comparison: await compare(workload),
      ends:
        benchmark === undefined || sensitivity !== true
          ? undefined
          : await benchmarkSensitivity(benchmark, compare, { assume }),
    };
  });
  if (svg !== undefined) {
    // Figures need a DOM and a plot library: loaded only for those who ask.
    const { comparisonPicture } = await import("../comparison-picture.ts");
    await writeFileAtomically(svg, comparisonPicture(comparison, options.figure));
  }
  if (options.json === true) {
    context.stdout.write(`${inertJson({ ...comparison, ...(ends && { sensitivity: ends }) })}\n`);
    return;
  }
  context.stdout.write(renderComparison(comparison, context.style));
  if (benchmark !== undefined) context.stdout.write(`${context.style.dim(benchmark.note)}\n`);
  if (ends !== undefined) context.stdout.write(renderSensitivity(comparison, ends, context.style));
}

async function openWorkload(
  name: string,
  benchmark: Benchmark | undefined,
  assume: AssumedValues,
  { signal }: CommandContext,
  onProgress: Parameters<typeof readWorkloadFile>[2],
): Promise<WorkloadSource> {
  return benchmark === undefined
    ? readWorkloadFile(name, signal, onProgress)
    : benchmarkWorkload(benchmark, { assume });
}

/** What a file holds is recorded, not assumed. @throws SpattenError `usage`. */
function refuseAssumptions({ assume, sensitivity }: CompareCommandOptions): void {
  const isAssuming = Object.keys(assume).length > 0;
  if (!isAssuming && sensitivity !== true) return;
  throw new SpattenError("usage", "only a benchmark has assumptions", {
    where: isAssuming ? "--assume" : "--sensitivity",
    got: "a file",
    hint: "name one of the benchmarks: spatten compare --help",
  });
}

function conventionsOf(options: CompareCommandOptions): FigureConventions {
  return {
    operationsPerMultiplyAccumulate: options.macOperations === "1" ? 1 : 2,
    operations: options.operations,
    dramEnergy: options.dramEnergy === "in" ? "included" : "left-out",
  };
}

function namesIn(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) throw new InvalidArgumentError("expected names with commas between");
  return names;
}
