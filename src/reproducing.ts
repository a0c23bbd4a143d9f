import type { LongCallOptions } from "./base/checkpoint.ts";
import { SpattenError } from "./base/errors.ts";
import { hintForName } from "./base/nearest.ts";
import { extendRegistry, lookUp, type Registry } from "./base/registry.ts";
import type { TextFolder } from "./base/text-folder.ts";
import type { Experiment } from "./experiments/ledger/experiment.ts";
import { createLaboratory, type LaboratoryOptions } from "./experiments/ledger/laboratory.ts";
import { type Ledger, ledgerOf } from "./experiments/ledger/ledger.ts";
import { experiments as builtInExperiments } from "./experiments/ledger/registry.ts";
import { runExperiments } from "./experiments/ledger/run-experiments.ts";
import { readStoredResults } from "./experiments/ledger/stored-results.ts";
import { benchmarks } from "./experiments/spatten/benchmarks/benchmarks.ts";
import type { Machine } from "./machines/machine.ts";
import { createCheckpoint } from "./platform/pace.ts";

export interface ReproduceRequest
  extends LongCallOptions,
    Pick<LaboratoryOptions, "anchors" | "stored" | "assume" | "run" | "concurrency"> {
  /** Ids of experiments or of rows; by default every experiment. */
  readonly only?: readonly string[];
}

/** A user's own rows, beside the built-in ones. */
export interface ReproduceExtensions {
  readonly machines: Registry<Machine>;
  readonly experiments?: readonly Experiment[] | undefined;
  /** Figures of long runs that come with the package; none in a browser. */
  readonly openStoredResults: () => TextFolder | undefined;
}

/** Published numbers beside ours. @throws SpattenError `config` for an unknown id, and as simulations do. */
export async function reproduce(
  { only, signal, onProgress, ...options }: ReproduceRequest,
  extensions: ReproduceExtensions,
): Promise<Ledger> {
  const experiments = experimentsOf(extensions.experiments);
  requireAssumptions(options.assume);
  const asked = only === undefined ? experiments : named(experiments, only);
  const counts = { done: 0, total: 0 };
  const laboratory = createLaboratory({
    ...options,
    stored: options.stored ?? readStoredResults(extensions.openStoredResults()),
    checkpoint: createCheckpoint(signal),
    // Other anchors make other machines; a user's own come with the published ones.
    ...(options.anchors === undefined ? { machines: extensions.machines } : {}),
    onMeasurement: (state) => {
      counts[state === "asked" ? "total" : "done"]++;
      onProgress?.({ stage: "simulations", ...counts });
    },
  });
  const rows = await runExperiments(asked, laboratory);
  const wanted =
    only === undefined ? rows : rows.filter((row) => only.includes(row.id) || only.includes(row.experiment));
  return ledgerOf(wanted, asked, only !== undefined);
}

/** Every experiment with a user's own. @throws SpattenError `config` for a name that is taken, or a row that lacks a part. */
export function experimentsOf(added: readonly Experiment[] | undefined): Registry<Experiment> {
  return extendRegistry(builtInExperiments, added, "experiment", ["title", "source", "ours"]);
}

/** @throws SpattenError `config` for an assumption that no benchmark has, with the nearest. */
function requireAssumptions(assume: ReproduceRequest["assume"] = {}): void {
  const known = benchmarks.flatMap(({ assumptions }) => assumptions);
  for (const id of Object.keys(assume)) lookUp(known, id, "assumption");
}

/** The experiments that have a row of those names. */
function named(experiments: Registry<Experiment>, ids: readonly string[]): Registry<Experiment> {
  const known = experiments.flatMap(({ id, published }) => [id, ...published.map((row) => row.id)]);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new SpattenError("config", `unknown experiment or row "${unknown}"`, {
      hint: hintForName(unknown, known),
    });
  }
  return experiments.filter(
    ({ id, published }) => ids.includes(id) || published.some((row) => ids.includes(row.id)),
  );
}
