import { join } from "node:path";
import { SpattenError } from "../base/errors.ts";
import { lookUp } from "../base/registry.ts";
import { remeasure, remeasurements } from "../experiments/ledger/remeasure.ts";
import { writeFileAtomically } from "../platform/node/atomic-write.ts";
import { packageFolder } from "../platform/node/installation.ts";
import { openModel } from "../platform/node/open-model.ts";
import { createCheckpoint } from "../platform/pace.ts";
import { inertJson } from "../report/inert-text.ts";
import type { CommandContext } from "./context.ts";
import { withProgress } from "./progress.ts";
import { safe } from "./terminal.ts";

interface RemeasureOptions {
  readonly date?: string;
  readonly data: string;
  readonly engine: string;
}

/** Runs models again for stored figures, and stores each as soon as it is there. @throws SpattenError as remeasurements do. */
export async function remeasureCommand(
  ids: readonly string[],
  { date, data, engine }: RemeasureOptions,
  context: CommandContext,
): Promise<void> {
  for (const id of ids) lookUp(remeasurements, id, "remeasurement");
  if (date === undefined) {
    throw new SpattenError("usage", "stored figures bear a date", {
      where: "--date",
      hint: "--date 2026-11-25 says of when they are",
    });
  }
  const spatten = await context.spatten();
  const { version } = await context.provenance();
  for (const id of ids) {
    const result = await withProgress(context, (onProgress) =>
      remeasure(
        id,
        {
          openModel: (name) => openModel(name, { signal: context.signal }),
          openDataset: (name) => spatten.openDataset(join(data, name)),
          engine: lookUp(spatten.engines, engine, "engine"),
          checkpoint: createCheckpoint(context.signal),
          onProgress,
        },
        { date, spatten: version },
      ),
    );
    const file = join(packageFolder, "results", "measured", `${id}.json`);
    await writeFileAtomically(file, `${inertJson(result)}\n`);
    context.stdout.write(
      `${id}: ${Object.keys(result.values).length} figures stored\n${context.style.dim(`  ${safe(result.on)}`)}\n`,
    );
  }
}
