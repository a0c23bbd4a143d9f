import { pathToFileURL } from "node:url";
import type { runCommandLine } from "../../src/cli/program.ts";
import { builtProgram, type Outcome } from "./exec.ts";

const program = (await import(pathToFileURL(builtProgram).href)) as {
  runCommandLine: typeof runCommandLine;
};

/**
 * Runs the built command line in this process, with all that it does but what a process adds: standard input, signals and
 * the end. A start costs more than most commands; `spatten` of `exec.ts` starts a process.
 */
export async function spattenHere(commandArguments: readonly string[]): Promise<Outcome> {
  const printed = { stdout: "", stderr: "" };
  const collector = (stream: keyof typeof printed) => ({
    write: (text: string) => {
      printed[stream] += text;
    },
  });
  const code = await program.runCommandLine(commandArguments, new AbortController().signal, {
    stdout: collector("stdout"),
    stderr: collector("stderr"),
    environment: { NO_COLOR: "1" },
  });
  return { code, ...printed };
}
