import { expect, it } from "vitest";
import { commandNameIn } from "./command-table.ts";

it.each([
  [["dram", "simulate"], "dram"],
  [["--debug", "--plugin", "run", "--plugin=run", "dram"], "dram"],
  [["help", "dram"], "help"],
  [["--version"], undefined],
  [[], undefined],
])("in %j the command is %s", (commandArguments, name) => {
  expect(commandNameIn(commandArguments)).toBe(name);
});
