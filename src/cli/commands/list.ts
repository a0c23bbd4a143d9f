import { Argument, type Command } from "commander";
import { DEFAULT_MACHINE, DEFAULT_MODEL, DEFAULT_PLAN } from "../../defaults.ts";
import { benchmarks } from "../../experiments/spatten/benchmarks/benchmarks.ts";
import { isLoweredMethod } from "../../inference/engines/onnx/require-lowering.ts";
import { bundledModels } from "../../platform/node/installation.ts";
import { inertJson } from "../../report/inert-text.ts";
import type { Spatten } from "../../spatten.ts";
import type { CommandContext } from "../context.ts";
import { padTo } from "../terminal.ts";

interface Row {
  readonly kind: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly about: string;
}

const KINDS = [
  "models",
  "plans",
  "methods",
  "policies",
  "machines",
  "engines",
  "benchmarks",
  "experiments",
] as const;

/** `spatten list`: every name that another command takes, with its source. */
export function addListCommand(program: Command, context: CommandContext): void {
  program
    .command("list")
    .description("list models, plans, methods, cache policies, machines, engines, benchmarks and experiments")
    .addArgument(new Argument("[kind]", "only these").choices(KINDS))
    .option("--json", "print one JSON document")
    .action(async (kind: (typeof KINDS)[number] | undefined, options: { json?: boolean }) => {
      const all = await listRows(await context.spatten());
      const rows = all.filter((row) => kind === undefined || row.kind === kind);
      if (options.json === true) {
        context.stdout.write(`${inertJson({ schema: "spatten/list@1", rows })}\n`);
        return;
      }
      const width = Math.max(0, ...rows.map((row) => row.name.length));
      for (const row of rows) {
        const mark = row.isDefault ? context.style.accent("*") : " ";
        const name = context.style.bold(padTo(row.name, width));
        context.stdout.write(`${padTo(row.kind, 10)} ${mark} ${name}  ${row.about}\n`);
      }
    });
}

async function listRows(spatten: Spatten): Promise<Row[]> {
  const row = (kind: string, name: string, defaultName: string, about: string): Row => ({
    kind,
    name,
    isDefault: name === defaultName,
    about,
  });
  return [
    ...(await bundledModels()).map((name) => row("models", name, DEFAULT_MODEL, "bundled, half precision")),
    ...spatten.plans.map(({ id, plan }) => row("plans", id, DEFAULT_PLAN, plan.source)),
    ...spatten.methods.map((method) => {
      const where = isLoweredMethod(method) ? "every engine" : "engine reference only";
      return row("methods", method.id, "spatten", `${method.title}; ${method.source}; ${where}`);
    }),
    ...spatten.policies.map(({ id, title, source }) => row("policies", id, "spatten", `${title}; ${source}`)),
    ...spatten.machines.map(({ id, title, source }) =>
      row("machines", id, DEFAULT_MACHINE, `${title}; ${source}`),
    ),
    ...spatten.engines.map(({ id, title }) => row("engines", id, "reference", title)),
    ...(await spatten.experiments()).map(({ id, title, source }) =>
      row("experiments", id, "", `${title}; ${source}`),
    ),
    ...benchmarks.map(({ id, source, note }) => row("benchmarks", id, "", `${source}; ${note}`)),
  ];
}
