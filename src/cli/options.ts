import { Option } from "commander";
import { arithmetics } from "../inference/arithmetic.ts";

/** `--machine NAME|FILE`, the same on every command that simulates. */
export function machineOption(defaultMachine: string): Option {
  return new Option(
    "--machine <name-or-file>",
    "a machine preset, or a YAML or JSON file that extends one",
  ).default(defaultMachine);
}

/** `--energy`, the same on every command that simulates. */
export function energyOption(): Option {
  return new Option(
    "--energy <model>",
    "on-chip energy and area: from published events, or fitted to the paper",
  )
    .choices(["bottom-up", "calibrated"])
    .default("bottom-up");
}

/** `--arithmetic`, the same on every command that runs a model. */
export function arithmeticOption(): Option {
  return new Option("--arithmetic <name>", "numbers of the pruned run's attention; the machine's: spatten")
    .choices([...arithmetics])
    .default("float32");
}

/** `--model`, the same on every command that loads one. */
export function modelOption(defaultModel: string): Option {
  const description = "a bundled model, a Hugging Face folder, or owner/name[@revision] of the hub";
  return new Option("--model <model>", description).default(defaultModel);
}
