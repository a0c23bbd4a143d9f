import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

type AddCommand = (program: Command, context: CommandContext) => void;

/** Each command with its module, which is loaded only where a command line needs it. */
const commands: readonly (readonly [name: string, load: () => Promise<AddCommand>])[] = [
  ["run", async () => (await import("./commands/run.ts")).addRunCommand],
  ["simulate", async () => (await import("./commands/simulate.ts")).addSimulateCommand],
  ["compare", async () => (await import("./commands/compare.ts")).addCompareCommand],
  ["reproduce", async () => (await import("./commands/reproduce.ts")).addReproduceCommand],
  ["measure", async () => (await import("./commands/measure.ts")).addMeasureCommand],
  ["evaluate", async () => (await import("./commands/evaluate.ts")).addEvaluateCommand],
  ["tune", async () => (await import("./commands/tune.ts")).addTuneCommand],
  ["dram", async () => (await import("./commands/dram.ts")).addDramCommand],
  ["export", async () => (await import("./commands/export.ts")).addExportCommand],
  ["validate", async () => (await import("./commands/validate.ts")).addValidateCommand],
  ["list", async () => (await import("./commands/list.ts")).addListCommand],
  ["doctor", async () => (await import("./commands/doctor.ts")).addDoctorCommand],
];

/** Adds the one command that a command line names; all, in the order of the help, where it names none that is there. */
export async function addCommandsFor(
  commandArguments: readonly string[],
  program: Command,
  context: CommandContext,
): Promise<void> {
  const name = commandNameIn(commandArguments);
  const named = commands.filter(([candidate]) => candidate === name);
  const needed = await Promise.all((named.length === 0 ? commands : named).map(([, load]) => load()));
  for (const add of needed) add(program, context);
}

/** The first argument that is no option of the program and no value of one. */
export function commandNameIn(commandArguments: readonly string[]): string | undefined {
  return commandArguments.find(
    (part, index) => !part.startsWith("-") && commandArguments[index - 1] !== "--plugin",
  );
}
