import { parseJsonText } from "../base/json-text.ts";
import { parseWith } from "../base/schema.ts";
import { openLineLog } from "../platform/node/line-log.ts";
import { type Trial, trialSchema } from "../quality/tuning/trial.ts";

/** The finished trials of a search on disk, one line each; further ones are appended as they come. */
export interface TrialLog {
  readonly finished: ReadonlyMap<string, Trial>;
  append(trial: Trial): Promise<void>;
  close(): Promise<void>;
}

/** Opens or begins the file of `--cache`. @throws SpattenError `config` for another configuration, `input` with the line. */
export async function openTrialLog(file: string, configHash: string): Promise<TrialLog> {
  const log = await openLineLog(file, JSON.stringify({ schema: "spatten/tuning-trials@1", configHash }));
  const finished = new Map<string, Trial>();
  for (const [index, line] of log.lines.entries()) {
    const firstLine = index + 2;
    const value = parseJsonText(line, { what: "the trial", where: file, code: "input", firstLine });
    const context = { what: "trial", where: `${file}: line ${firstLine}`, code: "input" } as const;
    const trial = parseWith(trialSchema, value, context);
    finished.set(trial.key, trial);
  }
  return { finished, append: (trial) => log.append(JSON.stringify(trial)), close: log.close };
}
