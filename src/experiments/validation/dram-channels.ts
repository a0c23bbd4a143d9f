import { restingAt } from "../../base/checkpoint.ts";
import type { ReplaySummary } from "../../hardware/dram/replay-summary.ts";
import { CASE_FILE, caseDifferences, readCaseRows } from "./dram-cases.ts";
import {
  CHANNEL_FILE,
  channelDifferences,
  type RecordedSimulator,
  readChannelRows,
  recordedSimulators,
  replayChannel,
} from "./dram-golden.ts";
import { folderOf, type Oracle } from "./oracle.ts";
import { Tally } from "./tally.ts";

const ids: Readonly<Record<string, string>> = {
  "r2-2023-10-official.dpi16": "dram-official-16",
  "r2-2023-10-official.queue33": "dram-official-queue",
  "r2.1-HBM2_2000Mbps.refresh": "dram-hbm2-refresh",
  "r2.1-HBM2_2000Mbps.norefresh": "dram-hbm2-no-refresh",
};

/** Every recorded channel and case of each simulator. */
export const dramChannels: readonly Oracle[] = recordedSimulators.map(oracleOf);

function oracleOf(simulator: RecordedSimulator): Oracle {
  return {
    id: ids[simulator.id]!,
    title: `DRAM device ${simulator.deviceId}: ${simulator.title}`,
    compared:
      "cycles, latencies (mean, median, 99 %, most), order of responses, every count of commands, of each channel and over each case",
    kind: "other simulator",
    needs: [
      { folder: "golden", path: CHANNEL_FILE },
      { folder: "golden", path: CASE_FILE },
    ],
    *run(context) {
      const golden = folderOf(context, "golden");
      const rows = readChannelRows(golden, simulator.id);
      const summaries = new Map<string, ReplaySummary[]>();
      const tally = new Tally();
      for (const [done, row] of rows.entries()) {
        const progress = { stage: "channels", done, total: rows.length };
        yield progress;
        const summary = yield* restingAt(replayChannel(row), progress);
        summaries.set(row.case, [...(summaries.get(row.case) ?? []), summary]);
        tally.add(channelDifferences(row, summary));
      }
      const cases = readCaseRows(golden, simulator.id);
      for (const row of cases) tally.add(caseDifferences(row, summaries.get(row.case ?? "") ?? []));
      return tally.outcome("channels and cases", `${rows.length} channels, ${cases.length} cases`);
    },
  };
}
