import { neverRest } from "../../base/checkpoint.ts";
import type { TextFolder } from "../../base/text-folder.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { readOfficialCsv } from "../../workload/official-csv.ts";
import { workloadFromOfficialCsv } from "../../workload/official-workload.ts";
import type { RestOptions } from "../spatten/rest-options.ts";
import { folderOf, type NeededFile, type ValidationContext } from "./oracle.ts";

/** The official release's workloads that lie beside the goldens. */
export const officialFiles = {
  small: "small.csv",
  dense: "summary-gpt2-small-wikitext2-per8-step1+dedic.csv",
  per8: "summary-gpt2-small-wikitext2-per8.csv",
} as const;

export type OfficialName = keyof typeof officialFiles;

/** The files of those workloads, as needs. */
export function officialNeeds(...names: readonly OfficialName[]): readonly NeededFile[] {
  return names.map((name) => ({ folder: "workloads", path: officialFiles[name] }));
}

/** An official workload. @throws SpattenError `missing-data`, `workload`. */
export function readOfficial(workloads: TextFolder, name: OfficialName): AttentionWorkload {
  const file = officialFiles[name];
  return workloadFromOfficialCsv(readOfficialCsv(workloads.readText(file), file), file);
}

/** The workload of most published figures, with a rest before and after: it is long to read. */
export async function readPer8(
  context: ValidationContext,
  { checkpoint = neverRest }: RestOptions,
): Promise<AttentionWorkload> {
  await checkpoint();
  const workload = readOfficial(folderOf(context, "workloads"), "per8");
  await checkpoint();
  return workload;
}
