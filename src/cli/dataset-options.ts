import { Option } from "commander";
import { datasetFormats } from "../quality/datasets/registry.ts";
import { qualityTasks } from "../quality/evaluation/registry.ts";
import { idsOf } from "./options.ts";

/** `--format`, the same on every command that reads a data set. */
export function formatOption(): Option {
  return new Option("--format <name>", "its layout, if the files do not show it").choices(
    idsOf(datasetFormats),
  );
}

/** `--task`, the same on every command that judges a model. */
export function taskOption(): Option {
  return new Option("--task <name>", "what is asked of the model").choices(idsOf(qualityTasks));
}
