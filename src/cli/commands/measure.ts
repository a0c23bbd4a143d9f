import { cpus } from "node:os";
import type { Command } from "commander";
import { lookUp } from "../../base/registry.ts";
import { measureAttention, shapesOf, TRIMMED_RATIO } from "../../experiments/measured-attention/measure.ts";
import { benchmarks } from "../../experiments/spatten/benchmarks/benchmarks.ts";
import { ATTENTION_TIMES_SCHEMA, type AttentionTimes } from "../../machines/this-cpu/record.ts";
import { writeFileAtomically } from "../../platform/node/atomic-write.ts";
import { onnxRuntimeInThread } from "../../platform/node/onnx-runtime.ts";
import { createCheckpoint } from "../../platform/pace.ts";
import { formatTime } from "../../report/format.ts";
import { inertJson } from "../../report/inert-text.ts";
import type { CommandContext } from "../context.ts";
import { countFrom, dateOf } from "../options.ts";
import { progressPrinter } from "../progress.ts";
import { padTo, safe } from "../terminal.ts";

interface MeasureCommandOptions {
  readonly out: string;
  readonly date: string;
  readonly benchmarks: readonly string[];
  readonly runs: number;
  readonly warmUp: number;
}

const EXAMPLES = `Examples:
  spatten measure attention --out times.json --date 2026-11-25
  spatten measure attention --out times.json --date 2026-11-25 --benchmarks bert-base-cola gpt2-small-ptb --runs 1000
  spatten compare bert-base-cola --machines times.json,titan-xp,spatten
`;

/** `spatten measure attention`: times of attention on this processor, as a record that machine `this-cpu` reads. */
export function addMeasureCommand(program: Command, context: CommandContext): void {
  program
    .command("measure")
    .description("time the attention of the paper's benchmarks on this processor")
    .addHelpText("before", EXAMPLES)
    .command("attention")
    .description("one layer of each shape through onnxruntime-node, in float32 and int8")
    .requiredOption("--out <file>", "the record, which is a machine's configuration; whole or not at all")
    .requiredOption("--date <date>", "what the record says of when, such as 2026-11-25", dateOf)
    .option("--benchmarks <name...>", "only the shapes of these", [])
    .option("--runs <number>", "timed runs of each shape", countFrom(7, 100_000), 200)
    .option("--warm-up <number>", "runs before that, not timed", countFrom(0, 100_000), 20)
    .action((options: MeasureCommandOptions) => measureCommand(options, context));
}

async function measureCommand(options: MeasureCommandOptions, context: CommandContext): Promise<void> {
  const named = options.benchmarks.map((name) => lookUp(benchmarks, name, "benchmark"));
  const runtime = onnxRuntimeInThread("onnxruntime-node");
  const described = await runtime.describe();
  const { version, runtime: node } = await context.provenance();
  const progress = progressPrinter(context.stderr, context.clock);
  const measured = await measureAttention({
    runtime,
    shapes: shapesOf(named.length === 0 ? benchmarks : named),
    ...{ runCount: options.runs, warmUpCount: options.warmUp, clock: context.clock },
    checkpoint: createCheckpoint(context.signal),
    onProgress: progress.report,
  });
  progress.end();
  const record: AttentionTimes = {
    schema: ATTENTION_TIMES_SCHEMA,
    processor: cpus()[0]?.model.trim() || "unknown",
    runtime: `${described}, ${node}`,
    spatten: version,
    date: options.date,
    ...{ warmUpCount: options.warmUp, runCount: options.runs, trimmedRatio: TRIMMED_RATIO },
    ...measured,
  };
  await writeFileAtomically(options.out, `${inertJson({ extends: "this-cpu", record })}\n`);
  const { dim } = context.style;
  const rows = record.times.map(({ headCount, queryCount, keyCount, arithmetic, seconds }) =>
    [headCount, queryCount, keyCount, arithmetic, formatTime(seconds)]
      .map((cell) => padTo(String(cell), 10, "right"))
      .join(""),
  );
  const head = ["heads", "queries", "keys", "", "a layer"].map((cell) => padTo(cell, 10, "right")).join("");
  context.stdout.write(
    [
      `${safe(record.processor)}, ${safe(record.runtime)}`,
      dim(
        `mean of ${options.runs} runs without the upper and lower 15 %; a call alone ${formatTime(record.emptyCallSeconds)}`,
      ),
      "",
      dim(head),
      ...rows,
      "",
    ].join("\n"),
  );
}
