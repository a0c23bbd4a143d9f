import { InvalidArgumentError, Option } from "commander";
import type { AssumedValues } from "../experiments/spatten/benchmarks/assumption.ts";
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
  const description = "a bundled model, a folder or a file of one, or owner/name[@revision] of the hub";
  return new Option("--model <model>", description).default(defaultModel);
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** The names of a registry's rows, as the choices of an option. */
export function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

/** Reads a whole number of at least 0. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number of at least 0");
  return Number(text);
}

/** Reads a whole number from `least` to `most`. */
export function countFrom(least: number, most = 1e9): (text: string) => number {
  return (text) => {
    const count = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (count >= least && count <= most) return count;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}

/** Reads a decimal number from `least` to `most`. */
export function numberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a number from ${least} to ${most}`);
  };
}

/** Reads values with commas between them. */
export function listOf(read: (text: string) => number): (text: string) => number[] {
  return (text) => text.split(",", 100).map(read);
}

/** Collects `--assume name=number`, which may be repeated. */
export function assumed(text: string, before: AssumedValues): AssumedValues {
  const [, name, value] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("expected name=number");
  return { ...before, [name]: Number(value) };
}

/** Reads a day. */
export function dateOf(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new InvalidArgumentError("expected a date such as 2026-11-25");
  return text;
}
