import type { Steps } from "../../base/checkpoint.ts";
import type { TextFolder } from "../../base/text-folder.ts";
import { linesOf } from "../../base/text-folder.ts";
import { releaseGeometry } from "../../machines/spatten-release/parameters.ts";
import { releasePresets } from "../../machines/spatten-release/presets.ts";
import { createRequests } from "../../machines/spatten-release/requests.ts";
import { createScoreBuffer } from "../../machines/spatten-release/score-buffer.ts";
import { readOfficialCsv } from "../../workload/official-csv.ts";
import { officialNeeds } from "./official-workloads.ts";
import { type Difference, folderOf, type Oracle } from "./oracle.ts";
import { lineDifferences, tallyCases } from "./tally.ts";

const FOLDER = "rtl-models";
const LARGEST_KEY = 2048;

/** Shapes of the score buffer in the release's two sizes. */
export const scoreBufferShapes = [
  { lineCount: 2048, laneCount: 4 },
  { lineCount: 256, laneCount: 32 },
] as const;

/** The official workloads of which the bench's top-k latencies were recorded. */
export const topKWorkloads = [
  "small",
  "summary-gpt2-small-wikitext2-per8",
  "summary-gpt2-small-wikitext2-per8-step1+dedic",
] as const;

/** Every row index of the bench's score buffer against the recorded ones. */
export function scoreBufferDifferences(
  golden: TextFolder,
  { lineCount, laneCount }: (typeof scoreBufferShapes)[number],
): readonly Difference[] {
  const file = `${FOLDER}/score-buffer.C${laneCount}.lines${lineCount}.maxKey${LARGEST_KEY}.txt`;
  const recorded = golden.readText(file).trim().split(/\s+/);
  const ours = Array.from(createScoreBuffer(lineCount, laneCount, LARGEST_KEY), String);
  return lineDifferences(`${lineCount} lines of ${laneCount}`, recorded, ours);
}

/** Every top-k latency that the bench gives a workload's requests against the recorded ones. */
export function* topKLatencyDifferences(
  golden: TextFolder,
  workloads: TextFolder,
  name: string,
): Steps<readonly Difference[]> {
  const [, ...lines] = linesOf(golden.readText(`${FOLDER}/topk-latency.${name}.par16.csv.gz`));
  const recorded = lines.map((line) => line.split(",")[3] ?? "");
  const geometry = releaseGeometry(releasePresets[1]!.parameters);
  const csv = readOfficialCsv(workloads.readText(`${name}.csv`), `${name}.csv`);
  const { topKLatencyCycles } = yield* createRequests(csv, geometry);
  return lineDifferences(`top-k latencies of ${name}`, recorded, Array.from(topKLatencyCycles, String));
}

/** What the official bench feeds the RTL with. */
export const releaseScoreBuffers: Oracle = {
  id: "release-score-buffers",
  title: "row indices of the official bench",
  compared: "every index of the score buffer in both sizes",
  kind: "RTL-exact",
  needs: [{ folder: "golden", path: FOLDER }],
  *run(context) {
    const golden = folderOf(context, "golden");
    const tally = yield* tallyCases("score buffers", scoreBufferShapes, (shape) =>
      scoreBufferDifferences(golden, shape),
    );
    return tally.outcome("buffers", "every index");
  },
};

export const releaseTopKLatencies: Oracle = {
  id: "release-top-k",
  title: "top-k latencies of the official bench",
  compared: "the latency of every request of the three official workloads",
  kind: "RTL-exact",
  needs: [{ folder: "golden", path: FOLDER }, ...officialNeeds("small", "per8", "dense")],
  *run(context) {
    const [golden, workloads] = [folderOf(context, "golden"), folderOf(context, "workloads")];
    const tally = yield* tallyCases("top-k latencies", topKWorkloads, (name) =>
      topKLatencyDifferences(golden, workloads, name),
    );
    return tally.outcome("workloads", "every request");
  },
};
