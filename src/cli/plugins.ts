import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SpattenError } from "../base/errors.ts";
import { parsePlan } from "../pruning/plan.ts";
import type { Extensions } from "../spatten.ts";

const KINDS = ["machines", "methods", "policies", "plans", "engines", "experiments"] as const;

/** The rows that a user's ES modules export as `machines`, `methods`, `policies`, `plans`, `engines`, `experiments`. @throws SpattenError. */
export async function loadPlugins(files: readonly string[]): Promise<Extensions> {
  const modules = await Promise.all(files.map(loadPlugin));
  const rows = (kind: (typeof KINDS)[number]) => modules.flatMap((module) => module[kind] ?? []);
  return {
    machines: rows("machines"),
    methods: rows("methods"),
    policies: rows("policies"),
    plans: rows("plans"),
    engines: rows("engines"),
    experiments: rows("experiments"),
  } as Extensions;
}

async function loadPlugin(file: string): Promise<Partial<Record<(typeof KINDS)[number], unknown[]>>> {
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new SpattenError("usage", `cannot load the plug-in: ${String(error)}`, { where: file }, error);
  }
  const found = KINDS.filter((kind) => Array.isArray(module[kind]));
  if (found.length === 0) {
    throw new SpattenError("usage", "the plug-in exports nothing that spatten knows", {
      where: file,
      got: Object.keys(module).join(", ") || "no exports",
      expected: `an array named ${KINDS.join(", ")}`,
    });
  }
  for (const plan of (module.plans as unknown[] | undefined) ?? []) parsePlan(plan, file);
  return Object.fromEntries(found.map((kind) => [kind, module[kind]]));
}
