import { Option } from "commander";

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

/** `--model`, the same on every command that loads one. */
export function modelOption(defaultModel: string): Option {
  const description = "a bundled model, a Hugging Face folder, or owner/name[@revision] of the hub";
  return new Option("--model <model>", description).default(defaultModel);
}
