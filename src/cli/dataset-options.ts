import { Option } from "commander";
import { defaultRows } from "../defaults.ts";
import { datasetFormats } from "../quality/datasets/registry.ts";
import { qualityTasks } from "../quality/evaluation/registry.ts";
import { beginChoices } from "../quality/perplexity/begin-token.ts";
import { countFrom, idsOf } from "./options.ts";

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

/** `--window`, the same on every command that judges a decoder. */
export function windowOption(): Option {
  return new Option(
    "--window <tokens>",
    `a decoder's windows: half is prompt, half is scored (default: ${defaultRows.windowTokenCount})`,
  ).argParser(countFrom(1));
}

/** `--begin`, the same on every command that judges a decoder. */
export function beginOption(): Option {
  return new Option(
    "--begin <when>",
    "the begin token before each window; auto: where training had it",
  ).choices([...beginChoices]);
}
