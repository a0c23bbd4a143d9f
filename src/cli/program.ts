import { Command, CommanderError } from "commander";
import { isSpattenError } from "../base/errors.ts";
import { packageVersion, provenanceOfInstallation } from "../platform/node/installation.ts";
import { addCommandsFor } from "./command-table.ts";
import type { CommandContext } from "./context.ts";
import { EXIT, EXIT_CODE_OF } from "./exit-codes.ts";
import { type OutputStream, safe, styleOf } from "./terminal.ts";

const EXAMPLES = `Examples:
  spatten run --text "what is the weather like in paris tomorrow"
  spatten run --text "book a table for two" --plan clinc150-strong --html report.html
  spatten run --text "book a table for two" --workload work.jsonl
  spatten simulate work.jsonl --machine spatten-eighth --json
  spatten evaluate --dataset data_full.json --plan clinc150-safe --limit 200
  spatten tune --dataset data_full.json --floor 0.5 --engine onnx --out tuned.yaml
  spatten validate --markdown validation.md
  spatten list plans
`;

/** Where a command line prints to, and whether in colour; those of the process by default. */
export interface Surroundings {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: NodeJS.ProcessEnv;
}

/** Runs one command line and gives its exit code; every expected failure is one line on standard error. */
export async function runCommandLine(
  commandArguments: readonly string[],
  signal: AbortSignal,
  { stdout, stderr, environment }: Surroundings = {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
  },
): Promise<number> {
  const style = styleOf(stdout, environment);
  const errorStyle = styleOf(stderr, environment);
  const complain = (message: string) => stderr.write(`${errorStyle.warn("error:")} ${message}\n`);
  const program = new Command("spatten");
  let exitCode: number = EXIT.ok;
  const context: CommandContext = {
    signal,
    stdout,
    stderr,
    style,
    clock: () => performance.now(),
    endWith: (code) => {
      exitCode = code;
    },
    plugins: () => program.opts<{ plugin: string[] }>().plugin,
    spatten: async () => {
      const [{ createSpatten }, { loadPlugins }] = await Promise.all([
        import("../index.ts"),
        import("./plugins.ts"),
      ]);
      return createSpatten(await loadPlugins(context.plugins()));
    },
    provenance: provenanceOfInstallation,
  };
  program
    .description(
      "Sparse attention from tokens to joules: prune a real transformer, and pay for it on a simulated accelerator.",
    )
    .version(await packageVersion())
    .option(
      "--plugin <file>",
      "add machines, methods, policies, plans, engines or experiments from an ES module; may be repeated",
      (file: string, files: string[]) => [...files, file],
      [],
    )
    .option("--debug", "show the stack of an error")
    .addHelpText("before", EXAMPLES)
    .addHelpText(
      "after",
      "\n`spatten help COMMAND` has examples of each; README.md of the package has the tour.",
    )
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(safeLines(text)),
    });
  await addCommandsFor(commandArguments, program, context);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);

  try {
    await program.parseAsync(commandArguments, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    if (program.opts<{ debug?: boolean }>().debug === true && error instanceof Error)
      complain(safeLines(error.stack ?? ""));
    if (isSpattenError(error)) {
      complain(safe(`${error.message} [${error.code}]`));
      return EXIT_CODE_OF[error.code];
    }
    complain(`${safe(String(error))}; this is a bug of spatten: please report it with the command you ran`);
    return EXIT.bug;
  }
}

/** Several lines, each safe to print. */
function safeLines(text: string): string {
  return text.split("\n").map(safe).join("\n");
}
