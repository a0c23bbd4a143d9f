import { officialNeeds } from "./official-workloads.ts";
import { folderOf, type Oracle } from "./oracle.ts";
import { CYCLES_FILE, readReleaseRows, releaseDifferences } from "./release-golden.ts";
import { tallyCases } from "./tally.ts";

/** The strongest evidence there is: the authors' own hardware, request by request. */
export const releaseCycles: Oracle = {
  id: "release-cycles",
  title: "the official RTL, `spatten-release` and `spatten-release-eighth`",
  compared: "total cycles; presentation, top-k latency and response of every request",
  kind: "RTL-exact",
  needs: [{ folder: "golden", path: CYCLES_FILE }, ...officialNeeds("per8", "dense")],
  *run(context) {
    const [golden, workloads] = [folderOf(context, "golden"), folderOf(context, "workloads")];
    const rows = readReleaseRows(golden);
    const tally = yield* tallyCases("runs of the RTL", rows, (row) =>
      releaseDifferences(golden, workloads, row),
    );
    const cycles = rows.reduce((sum, row) => sum + row.cycles, 0);
    return tally.outcome("runs", `${cycles} cycles in all`);
  },
};
