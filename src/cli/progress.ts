import type { Progress } from "../base/checkpoint.ts";
import { formatQuantity } from "../report/format.ts";
import type { OutputStream } from "./terminal.ts";

const FIRST_AFTER_MILLISECONDS = 1000;
const REPEAT_ON_TERMINAL_MILLISECONDS = 100;
const REPEAT_ELSEWHERE_MILLISECONDS = 5000;

/** Progress on standard error for anything over a second: rate and time left; plain lines off a terminal. */
export function progressPrinter(stream: OutputStream, clock: () => number): ProgressPrinter {
  const startedAt = clock();
  const isTerminal = stream.isTTY === true;
  const interval = isTerminal ? REPEAT_ON_TERMINAL_MILLISECONDS : REPEAT_ELSEWHERE_MILLISECONDS;
  let printedAt: number | undefined;
  let current = { stage: "", startedAt };
  return {
    report: (progress) => {
      const now = clock();
      // A rate is one stage's own: the next one may be a hundred times as fast.
      if (progress.stage !== current.stage) current = { stage: progress.stage, startedAt: now };
      const due = printedAt === undefined ? startedAt + FIRST_AFTER_MILLISECONDS : printedAt + interval;
      if (now < due) return;
      printedAt = now;
      const line = progressLine(progress, (now - current.startedAt) / 1000);
      stream.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    },
    end: () => {
      if (printedAt !== undefined && isTerminal) stream.write("\r\u001b[K");
    },
  };
}

/** Work that tells how far it is on standard error, the line cleared however it ends. */
export async function withProgress<Result>(
  { stderr, clock }: { readonly stderr: OutputStream; readonly clock: () => number },
  work: (report: ProgressPrinter["report"]) => Promise<Result>,
): Promise<Result> {
  const progress = progressPrinter(stderr, clock);
  try {
    return await work(progress.report);
  } finally {
    progress.end();
  }
}

export interface ProgressPrinter {
  report(progress: Progress): void;
  /** Clears the line. */
  end(): void;
}

function progressLine({ stage, done, total }: Progress, seconds: number): string {
  const rate = done / seconds;
  const left = Number.isFinite(rate) && rate > 0 ? (total - done) / rate : Number.NaN;
  const leftText = Number.isFinite(left) ? `, ${left < 10 ? left.toFixed(1) : Math.ceil(left)} s left` : "";
  const rateText = Number.isFinite(rate) ? `, ${formatQuantity(rate, "")} a second` : "";
  return `${stage}: ${done} of ${total}${rateText}${leftText}`;
}
