import type { Registry } from "../../base/registry.ts";
import { benchmarkCountsExperiment } from "../spatten/rows/benchmark-counts.ts";
import { crossChecksExperiment } from "../spatten/rows/cross-checks.ts";
import { figure2Experiment } from "../spatten/rows/figure-2.ts";
import { figure7Experiment } from "../spatten/rows/figure-7.ts";
import { figure13Experiment } from "../spatten/rows/figure-13.ts";
import { figure14Experiment } from "../spatten/rows/figure-14.ts";
import { figure15Experiment } from "../spatten/rows/figure-15.ts";
import { figure18Experiment } from "../spatten/rows/figure-18.ts";
import { figure19Experiment } from "../spatten/rows/figure-19.ts";
import { figure20Experiment } from "../spatten/rows/figure-20.ts";
import { figure21Experiment } from "../spatten/rows/figure-21.ts";
import { hatExperiment } from "../spatten/rows/hat.ts";
import { headlineExperiment } from "../spatten/rows/headline.ts";
import { picturesExperiment } from "../spatten/rows/pictures.ts";
import { table3Experiment } from "../spatten/rows/table-3.ts";
import { table4Experiment } from "../spatten/rows/table-4.ts";
import { topKEngineExperiment } from "../spatten/rows/top-k-engine.ts";
import type { Experiment } from "./experiment.ts";

/** Every experiment whose rows the ledger holds, in the order of the page. */
export const experiments: Registry<Experiment> = [
  headlineExperiment,
  benchmarkCountsExperiment,
  figure13Experiment,
  figure14Experiment,
  table3Experiment,
  figure2Experiment,
  table4Experiment,
  figure15Experiment,
  figure18Experiment,
  figure20Experiment,
  figure19Experiment,
  figure7Experiment,
  figure21Experiment,
  topKEngineExperiment,
  hatExperiment,
  picturesExperiment,
  crossChecksExperiment,
];
