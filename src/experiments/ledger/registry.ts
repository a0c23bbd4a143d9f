import type { Registry } from "../../base/registry.ts";
import { figure13Experiment } from "../spatten/rows/figure-13.ts";
import { figure14Experiment } from "../spatten/rows/figure-14.ts";
import { headlineExperiment } from "../spatten/rows/headline.ts";
import { table3Experiment } from "../spatten/rows/table-3.ts";
import type { Experiment } from "./experiment.ts";

/** Every experiment whose rows the ledger holds, in the order of the page. */
export const experiments: Registry<Experiment> = [
  headlineExperiment,
  figure13Experiment,
  figure14Experiment,
  table3Experiment,
];
