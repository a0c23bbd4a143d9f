import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { parseJsonText } from "../../base/json-text.ts";
import type { RunMeasurement } from "../../experiments/ledger/laboratory.ts";
import type { Ledger } from "../../experiments/ledger/ledger.ts";
import type { MeasuredReport, Measurement } from "../../experiments/ledger/measurement.ts";
import { movedRows } from "../../experiments/ledger/moved-rows.ts";
import type { AssumedValues } from "../../experiments/spatten/benchmarks/assumption.ts";
import { machines as builtInMachines } from "../../machines/registry.ts";
import { writeFileAtomically } from "../../platform/node/atomic-write.ts";
import { inputFileError } from "../../platform/node/file-errors.ts";
import { packageFolder } from "../../platform/node/installation.ts";
import { inertJson } from "../../report/inert-text.ts";
import { ledgerPage } from "../../report/ledger-page.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { type MeasurementCache, openMeasurementCache } from "../measurement-cache.ts";
import { assumed, countFrom, dateOf } from "../options.ts";
import { withProgress } from "../progress.ts";
import { renderLedger, renderMoved } from "../render-ledger.ts";
import { startWorkers, type WorkerPool } from "../worker-pool.ts";

interface ReproduceCommandOptions {
  readonly check?: boolean;
  readonly remeasure?: readonly string[];
  readonly date?: string;
  readonly data: string;
  readonly engine: string;
  readonly jobs: number;
  readonly cache: boolean;
  readonly assume: AssumedValues;
  readonly all?: boolean;
  readonly markdown?: string;
  readonly html?: string;
  readonly json?: boolean;
}

const EXAMPLES = `Examples:
  spatten reproduce
  spatten reproduce headline table-3
  spatten reproduce figure-14-speedup-titan-xp-bert-base-cola --json
  spatten reproduce --jobs 2 --html reproduction.html
  spatten reproduce headline --assume tokenReduction=3 --assume keyBits=8
  spatten reproduce --check
  spatten reproduce --remeasure figure-7 --date 2026-11-25
  (experiments: spatten list experiments)
`;

/** Rows as they were recorded when this version was made. */
const recordedLedger = join(packageFolder, "results", "ledger.json");

/** `spatten reproduce`: every published number beside ours. */
export function addReproduceCommand(program: Command, context: CommandContext): void {
  program
    .command("reproduce")
    .description("compute every published number again, and show how far ours is")
    .argument("[id...]", "only these experiments or rows")
    .option("--check", "compare with the rows recorded in this version; exit code 1 if one has moved")
    .option("--jobs <number>", "simulations at one time, each in a thread", countFrom(1, 64), 1)
    .option("--no-cache", "simulate anew what an earlier run of this version has kept")
    .option(
      "--assume <name=value>",
      "a value in place of an assumption of every benchmark that has it; again for more",
      assumed,
      {},
    )
    .option("--remeasure <id...>", "run models again for these stored figures, and store them; takes minutes")
    .option(
      "--date <date>",
      "with --remeasure: the day that they are stored under, such as 2026-11-25",
      dateOf,
    )
    .option("--data <folder>", "with --remeasure: where the data sets lie", "../shared/data")
    .option("--engine <name>", "with --remeasure: what computes the models", "reference")
    .option("--all", "print every row, not the headline alone")
    .option("--markdown <file>", "write the page, whole or not at all")
    .option("--html <file>", "write one self-contained page with pictures, whole or not at all")
    .option("--json", "print one JSON document")
    .addHelpText("before", EXAMPLES)
    .action((ids: string[], options: ReproduceCommandOptions) => reproduceCommand(ids, options, context));
}

async function reproduceCommand(
  ids: readonly string[],
  options: ReproduceCommandOptions,
  context: CommandContext,
): Promise<void> {
  if (options.remeasure !== undefined) {
    const { remeasureCommand } = await import("../remeasure-command.ts");
    return remeasureCommand(options.remeasure, options, context);
  }
  const ledger = await runLedger(ids, options, context);
  if (options.markdown !== undefined) await writeFileAtomically(options.markdown, ledgerPage(ledger));
  if (options.html !== undefined) {
    // Figures need a DOM and a plot library: loaded only for those who ask.
    const { ledgerHtmlPage } = await import("../ledger-pictures.ts");
    await writeFileAtomically(options.html, ledgerHtmlPage(ledger));
  }
  if (options.json === true) context.stdout.write(`${inertJson(ledger)}\n`);
  else context.stdout.write(renderLedger(ledger, context.style, options.all === true));
  if (options.check === true) await checkLedger(ledger, context);
}

async function runLedger(
  ids: readonly string[],
  { jobs, cache: isCached, assume }: ReproduceCommandOptions,
  context: CommandContext,
): Promise<Ledger> {
  const spatten = await context.spatten();
  const cache = isCached ? await openMeasurementCache() : undefined;
  const pool =
    jobs === 1
      ? undefined
      : startWorkers<Measurement, MeasuredReport>(
          jobs,
          new URL("../measurement-worker.js", import.meta.url),
          context.plugins(),
          context.signal,
        );
  try {
    return await withProgress(context, (onProgress) =>
      spatten.reproduce({
        ...(ids.length === 0 ? {} : { only: ids }),
        run: keptRun(cache, pool),
        assume,
        concurrency: jobs,
        signal: context.signal,
        onProgress,
      }),
    );
  } finally {
    await cache?.close();
    await pool?.close();
  }
}

/** Looks a simulation up, or runs and keeps it. A user's own machine may change from run to run: it is not kept. */
function keptRun(
  cache: MeasurementCache | undefined,
  pool: WorkerPool<Measurement, MeasuredReport> | undefined,
) {
  return async (measurement: Measurement, runHere: RunMeasurement): Promise<MeasuredReport> => {
    const kept = cache?.find(measurement);
    if (kept !== undefined) return kept;
    const report = await (pool === undefined ? runHere(measurement) : pool.run(measurement));
    const { machine } = measurement;
    const name = typeof machine === "string" ? machine : machine.extends;
    if (builtInMachines.some(({ id }) => id === name)) await cache?.add(measurement, report);
    return report;
  };
}

/** Rows that were asked for beside the recorded ones. @throws SpattenError `missing-data`, `input`. */
async function checkLedger(ledger: Ledger, context: CommandContext): Promise<void> {
  const text = await readFile(recordedLedger, "utf8").catch((error: unknown) => {
    throw inputFileError(error, recordedLedger);
  });
  const recorded = parseJsonText(text, {
    what: "the recorded ledger",
    where: recordedLedger,
    code: "input",
  }) as Ledger;
  const rows = ledger.isPartial
    ? recorded.rows.filter(({ id }) => ledger.rows.some((row) => row.id === id))
    : recorded.rows;
  const moved = movedRows(rows, ledger.rows);
  context.stderr.write(renderMoved(moved, context.style));
  if (moved.length > 0) context.endWith(EXIT.checkFailed);
}
