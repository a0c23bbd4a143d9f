import type { Command } from "commander";
import type { Progress } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { lookUp } from "../../base/registry.ts";
import type { TextFolder } from "../../base/text-folder.ts";
import type { FolderId, ValidationContext } from "../../experiments/validation/oracle.ts";
import { oracles } from "../../experiments/validation/registry.ts";
import { type OracleResult, runOracle } from "../../experiments/validation/run-oracle.ts";
import { runShown, type ShownResult } from "../../experiments/validation/run-shown.ts";
import { shownTables } from "../../experiments/validation/shown/registry.ts";
import { validationDocument } from "../../experiments/validation/validation-document.ts";
import { writeFileAtomically } from "../../platform/node/atomic-write.ts";
import { openTextFolder } from "../../platform/node/text-folder.ts";
import { createCheckpoint } from "../../platform/pace.ts";
import { inertJson } from "../../report/inert-text.ts";
import { validationPage } from "../../report/validation-page.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { progressPrinter } from "../progress.ts";
import { type LookedFor, renderCounts, renderOracle, renderShown } from "../render-validation.ts";

interface ValidateCommandOptions {
  readonly golden?: string;
  readonly workloads?: string;
  readonly only?: readonly string[];
  readonly markdown?: string;
  readonly json?: boolean;
}

/** Where the folders lie in a checkout, seen from it. */
const usualFolders: LookedFor = { golden: "../shared/golden", workloads: "../shared/data/workloads" };

const EXAMPLES = `Examples:
  spatten validate
  spatten validate --golden recorded/golden --workloads recorded/workloads --markdown validation.md
  spatten validate --only clocked-spatten bert-dense --json
  (oracles: ${oracles.map(({ id }) => id).join(", ")};
  shown, not judged: ${shownTables.map(({ id }) => id).join(", ")})
`;

/** `spatten validate`: every oracle of the simulators, and the published figures beside ours. */
export function addValidateCommand(program: Command, context: CommandContext): void {
  program
    .command("validate")
    .description("compare the simulators with recorded figures, their slow twins and the paper")
    .option("--golden <folder>", `recorded figures of other programs (${usualFolders.golden} if it is there)`)
    .option(
      "--workloads <folder>",
      `the official release's workloads (${usualFolders.workloads} if it is there)`,
    )
    .option("--only <id...>", "only these oracles and tables")
    .option("--markdown <file>", "write the page, whole or not at all")
    .option("--json", "print one JSON document")
    .addHelpText("before", EXAMPLES)
    .action((options: ValidateCommandOptions) => validateCommand(options, context));
}

async function validateCommand(options: ValidateCommandOptions, context: CommandContext): Promise<void> {
  const { only } = options;
  for (const id of only ?? []) lookUp([...oracles, ...shownTables], id, "oracle or table");
  const isAsked = ({ id }: { readonly id: string }): boolean => only === undefined || only.includes(id);
  const lookedFor = { ...usualFolders, ...foldersNamed(options) };
  const folders = openFolders(options, lookedFor);
  const print = (text: string) => (options.json === true ? undefined : context.stdout.write(text));

  const judged: OracleResult[] = [];
  for (const oracle of oracles.filter(isAsked)) {
    const result = await observed(oracle.id, context, (rests) => runOracle(oracle, folders, rests));
    judged.push(result);
    print(renderOracle(result, lookedFor, context.style));
  }
  const shown: ShownResult[] = [];
  for (const table of shownTables.filter(isAsked)) {
    const result = await observed(table.id, context, (rests) => runShown(table, folders, rests));
    shown.push(result);
    print(renderShown(result, lookedFor, context.style));
  }

  const validation = validationDocument(judged, shown, only !== undefined);
  if (options.markdown !== undefined) await writeFileAtomically(options.markdown, validationPage(validation));
  if (options.json === true) context.stdout.write(`${inertJson(validation)}\n`);
  print(renderCounts(validation.counts));
  if (validation.counts.failed > 0) context.endWith(EXIT.checkFailed);
}

type Rests = Parameters<typeof runOracle>[2];

/** A part of the run with its own progress, which is gone before its line is printed. */
async function observed<Result>(
  id: string,
  { signal, stderr, clock }: CommandContext,
  run: (rests: Rests) => Promise<Result>,
): Promise<Result> {
  const progress = progressPrinter(stderr, clock);
  const onProgress = ({ stage, done, total }: Progress) =>
    progress.report({ stage: `${id}, ${stage}`, done, total });
  try {
    return await run({ checkpoint: createCheckpoint(signal), onProgress });
  } finally {
    progress.end();
  }
}

function foldersNamed({ golden, workloads }: ValidateCommandOptions): Partial<LookedFor> {
  return { ...(golden === undefined ? {} : { golden }), ...(workloads === undefined ? {} : { workloads }) };
}

/** A usual folder may be absent, one that the user named may not. @throws SpattenError `missing-data`. */
function openFolders(options: ValidateCommandOptions, lookedFor: LookedFor): ValidationContext {
  const found: Partial<Record<FolderId, TextFolder>> = {};
  for (const id of ["golden", "workloads"] as const) {
    const folder = openTextFolder(lookedFor[id], id);
    if (folder !== undefined) found[id] = folder;
    else if (options[id] !== undefined) {
      throw new SpattenError("missing-data", "no such folder", {
        where: `--${id}`,
        got: options[id],
        expected: id === "golden" ? "a folder of recorded figures" : "a folder of official workloads",
      });
    }
  }
  return found;
}
