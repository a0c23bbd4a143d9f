import type { Registry } from "../../base/registry.ts";
import { figure14Experiment } from "../spatten/rows/figure-14.ts";
import type { Experiment } from "./experiment.ts";

/** Every experiment whose rows the ledger holds, in the order of the page. */
export const experiments: Registry<Experiment> = [figure14Experiment];
