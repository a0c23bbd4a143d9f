#!/usr/bin/env node
// Signals are listened to before anything heavy is loaded, so that Ctrl-C is answered from the first moment.

const ANSWER_WITHIN_MILLISECONDS = 250;
const INTERRUPTED = 130;

const interruption = new AbortController();
process.on("SIGINT", () => {
  if (interruption.signal.aborted) process.exit(INTERRUPTED);
  interruption.abort();
  // A command that waits for a pipe or a disk cannot look at the signal.
  setTimeout(() => process.exit(INTERRUPTED), ANSWER_WITHIN_MILLISECONDS).unref();
});

// `| head -1` closes the pipe: the reader has what it wanted.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

const { runCommandLine } = await import("./program.ts");
process.exitCode = await runCommandLine(process.argv.slice(2), interruption.signal);
// What was given up, such as a graph that is loading, must not be waited for.
if (process.exitCode === INTERRUPTED) process.exit();

export {};
