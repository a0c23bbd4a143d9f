import type { Registry } from "../../base/registry.ts";
import { benchmarkCountsExperiment } from "../spatten/rows/benchmark-counts.ts";
import { figure7Experiment } from "../spatten/rows/figure-7.ts";
import { figure14Experiment } from "../spatten/rows/figure-14.ts";
import { figure18Experiment } from "../spatten/rows/figure-18.ts";
import { figure21Experiment } from "../spatten/rows/figure-21.ts";
import { picturesExperiment } from "../spatten/rows/pictures.ts";
import type { Experiment } from "./experiment.ts";

/** Every experiment whose rows the ledger holds, in the order of the page. */
export const experiments: Registry<Experiment> = [
  figure14Experiment,
  figure18Experiment,
  figure7Experiment,
  figure21Experiment,
  picturesExperiment,
  benchmarkCountsExperiment,
];
