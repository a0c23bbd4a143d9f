import { type FinishedRow, finishedRowSchema } from "../quality/evaluation/outcome.ts";
import { type LineRecords, openLineRecords } from "./line-records.ts";

/** The finished rows of an evaluation on disk. */
export type RowLog = LineRecords<FinishedRow>;

/** Opens or begins the file of `--resume`. @throws SpattenError as `openLineRecords`. */
export function openRowLog(file: string, configHash: string): Promise<RowLog> {
  return openLineRecords<FinishedRow>(file, configHash, {
    schema: "spatten/evaluation-rows@2",
    what: "row",
    lineSchema: finishedRowSchema,
  });
}
