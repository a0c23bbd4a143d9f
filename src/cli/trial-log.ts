import { type Trial, trialSchema } from "../quality/tuning/trial.ts";
import { type LineRecords, openLineRecords } from "./line-records.ts";

/** The finished trials of a search on disk. */
export type TrialLog = LineRecords<Trial>;

/** Opens or begins the file of `--cache`. @throws SpattenError as `openLineRecords`. */
export function openTrialLog(file: string, configHash: string): Promise<TrialLog> {
  return openLineRecords<Trial>(file, configHash, {
    schema: "spatten/tuning-trials@1",
    what: "trial",
    lineSchema: trialSchema,
  });
}
