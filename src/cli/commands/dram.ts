import { type Command, InvalidArgumentError, Option } from "commander";
import { finishWithRests } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { lookUp } from "../../base/registry.ts";
import { CommandLog } from "../../hardware/dram/command-log.ts";
import { type CompiledDevice, compileDevice } from "../../hardware/dram/compile-device.ts";
import { dramDevices } from "../../hardware/dram/devices/registry.ts";
import type { LostCycleCause } from "../../hardware/dram/lost-cycles.ts";
import { replaySteps } from "../../hardware/dram/replay.ts";
import { type ReplaySummary, summarizeReplay } from "../../hardware/dram/replay-summary.ts";
import { generateTrace, traceGeneratorForms } from "../../hardware/dram/trace-generators.ts";
import { type DramTrace, TraceReader } from "../../hardware/dram/trace-reader.ts";
import { writeFileAtomically } from "../../platform/node/atomic-write.ts";
import { readLines } from "../../platform/node/read-input.ts";
import { createCheckpoint } from "../../platform/pace.ts";
import { formatPercent, formatQuantity, formatTime } from "../../report/format.ts";
import { inertJson } from "../../report/inert-text.ts";
import { isFileName } from "../config-file.ts";
import type { CommandContext } from "../context.ts";
import { bar, padTo, type Style, safe } from "../terminal.ts";

interface DramCommandOptions {
  readonly device: string;
  readonly outstanding?: number;
  readonly commands?: string;
  readonly json?: boolean;
}

const DEFAULT_DEVICE = "hbm2-2gbps";
const LONGEST_LINE_BYTES = 1 << 16;

const EXAMPLES = `Examples:
  spatten dram seq-n4096
  spatten dram rand-n65536 --device hbm2-ramulator2-2023 --outstanding 16 --json
  spatten dram reads.trace --device ddr4-3200 --commands issued.csv
  (generators: ${traceGeneratorForms.join(", ")})
`;

/** `spatten dram`: what one memory channel makes of a trace. */
export function addDramCommand(program: Command, context: CommandContext): void {
  program
    .command("dram")
    .description("replay a trace on one memory channel")
    .argument("<trace>", "a file with a local byte address a line, or the name of a generator")
    .addOption(
      new Option(
        "--device <name>",
        `which table: ${dramDevices.map((device) => device.id).join(", ")}`,
      ).default(DEFAULT_DEVICE),
    )
    .option(
      "--outstanding <number>",
      "reads that may be on their way; the queue alone limits them otherwise",
      limitOf,
    )
    .option("--commands <file>", "write every command that is issued, as CSV")
    .option("--json", "print one JSON document")
    .addHelpText("before", EXAMPLES)
    .action((trace: string, options: DramCommandOptions) => dramCommand(trace, options, context));
}

async function dramCommand(
  name: string,
  options: DramCommandOptions,
  context: CommandContext,
): Promise<void> {
  const compiled = compileDevice(lookUp(dramDevices, options.device, "DRAM device"));
  const trace = await readTrace(name, compiled);
  const log = options.commands === undefined ? undefined : new CommandLog(compiled);
  const result = await finishWithRests(
    replaySteps(compiled, trace.addresses, {
      outstandingLimit: options.outstanding,
      isWrite: trace.isWrite,
      observer: log,
      countsLostCycles: true,
    }),
    createCheckpoint(context.signal),
  );
  if (log !== undefined) await writeFileAtomically(options.commands!, log.text());
  const summary = summarizeReplay(compiled, result);
  const { id, title, source, validation } = compiled.device;
  const outstandingLimit = options.outstanding ?? null;
  context.stdout.write(
    options.json === true
      ? `${inertJson({ trace: name, device: { id, title, source, validation }, outstandingLimit, ...summary })}\n`
      : renderDram(name, compiled, summary, context.style),
  );
}

/** A generator's name goes first, as one of them looks like a file with an extension. */
async function readTrace(name: string, compiled: CompiledDevice): Promise<DramTrace> {
  const generated = generateTrace(name);
  if (generated !== undefined) return generated;
  if (!isFileName(name)) {
    throw new SpattenError("input", `no trace generator "${name}"`, {
      expected: traceGeneratorForms.join(", "),
      hint: "a file needs a slash or an extension in its name",
    });
  }
  const reader = new TraceReader(name, compiled.capacityBytes);
  for await (const line of readLines(name, LONGEST_LINE_BYTES)) reader.readLine(line);
  return reader.finish();
}

function renderDram(name: string, compiled: CompiledDevice, summary: ReplaySummary, style: Style): string {
  const { device } = compiled;
  const { cycles, latencyCycles: latency } = summary;
  const gigabytesPerSecond = summary.bytesPerCycle / device.clockNanoseconds;
  const barWidth = Math.max(10, style.columns - 56);
  const row = (title: string, value: number): string =>
    `  ${padTo(title, 24)}${padTo(formatQuantity(value, ""), 14, "right")}${padTo(formatPercent(value / cycles), 10, "right")}  ` +
    style.accent(bar(value / cycles, barWidth));
  return [
    `${style.bold(safe(name))} on ${device.id}: ${device.title}`,
    `  ${formatQuantity(cycles, "cycles")}, ${formatTime(summary.nanoseconds * 1e-9)}; ` +
      `${summary.bytesPerCycle.toFixed(2)} B/cycle, ${gigabytesPerSecond.toFixed(2)} GB/s`,
    `  ${formatQuantity(summary.reads, "reads")}, ${formatQuantity(summary.writes, "writes")}, ` +
      `${formatQuantity(summary.activates, "activates")}, ` +
      `${formatQuantity(summary.precharges + summary.prechargesAll, "precharges")}, ` +
      `${formatQuantity(summary.refreshes, "refreshes")}; hit rate ${formatPercent(summary.hitRate)}`,
    ...(latency === null
      ? []
      : [
          `  latency ${latency.mean.toFixed(1)} cycles on average, ${latency.p50} median, ` +
            `${latency.p99} at 99 %, ${latency.max} at most`,
        ]),
    "",
    style.dim(padTo("cycles of the data bus", 26)),
    row("data", summary.dataCycles ?? 0),
    ...Object.entries(summary.lostCycles ?? {})
      .filter(([, lost]) => lost > 0)
      .map(([cause, lost]) => row(CAUSE_TITLES[cause as keyof typeof CAUSE_TITLES], lost)),
    "",
    style.dim(`reads: ${device.validation.reads}; writes: ${device.validation.writes}`),
    "",
  ].join("\n");
}

const CAUSE_TITLES = {
  queueEmpty: "queue empty",
  refresh: "refresh",
  precharge: "precharge",
  fourActivates: "four activates (tFAW)",
  activate: "activate",
  busTurn: "bus turn",
  commandBus: "command bus, order",
} as const satisfies Record<LostCycleCause, string>;

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("expected a whole number of at least 1");
  return Number(text);
}
