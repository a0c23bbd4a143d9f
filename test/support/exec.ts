import { spawn } from "node:child_process";
import { join } from "node:path";
import { repository } from "./shared.ts";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program to its end and gives what it printed. */
export function exec(
  command: string,
  commandArguments: readonly string[],
  options: ExecOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, {
      cwd: options.cwd ?? repository,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", ...options.environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
    child.stdin.end(options.input ?? "");
  });
}

/** The built command line. */
export const commandLine = join(repository, "dist", "cli", "main.js");

/** What `commandLine` runs, as a module. */
export const builtProgram = join(repository, "dist", "cli", "program.js");

/** Runs `spatten` as a user does. */
export function spatten(commandArguments: readonly string[], options: ExecOptions = {}): Promise<Outcome> {
  return exec(process.execPath, [commandLine, ...commandArguments], options);
}

/** A tool among the development dependencies. */
export function tool(name: string): string {
  return join(repository, "node_modules", ".bin", name);
}
