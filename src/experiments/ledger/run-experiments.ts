import { SpattenError } from "../../base/errors.ts";
import type { Experiment, Laboratory } from "./experiment.ts";
import { judge } from "./judge.ts";
import type { LedgerRow } from "./ledger-row.ts";

/**
 * The rows of experiments, in their order, side by side as far as the laboratory runs them.
 * @throws SpattenError `config` for a published row without ours, or ours without a published row; and as experiments do.
 */
export async function runExperiments(
  experiments: readonly Experiment[],
  laboratory: Laboratory,
): Promise<LedgerRow[]> {
  const rows = await Promise.all(experiments.map((experiment) => rowsOf(experiment, laboratory)));
  return rows.flat();
}

async function rowsOf(experiment: Experiment, laboratory: Laboratory): Promise<LedgerRow[]> {
  const { id, published } = experiment;
  const ours = await experiment.ours(laboratory);
  const names = new Set(published.map((row) => row.id));
  for (const name of Object.keys(ours)) {
    if (!names.has(name)) throw mismatch(id, `ours has a row "${name}" that nothing was published for`);
  }
  return published.map((row) => {
    const own = ours[row.id];
    if (own === undefined) throw mismatch(id, `the published row "${row.id}" has nothing of ours`);
    return judge(id, row, own, laboratory.anchors);
  });
}

function mismatch(experiment: string, what: string): SpattenError {
  return new SpattenError("config", `experiment "${experiment}": ${what}`);
}
