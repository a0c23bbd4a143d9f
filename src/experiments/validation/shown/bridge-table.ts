import { bridgeRows } from "../../spatten/bridge.ts";
import { officialNeeds, readPer8 } from "../official-workloads.ts";
import type { ShownTable } from "./shown-table.ts";

/** Why a step has its size, where its own note does not say so. */
const reasons: Readonly<Record<string, string>> = {
  "DRAM device":
    "slower although it has twice the bandwidth: rows are scattered, and its row timing is longer (tRCD 14 and tRP 14 cycles against 7 and 7) and it refreshes",
};

/** What lies between the official RTL and the machine of the paper. */
export const bridgeTable: ShownTable = {
  id: "bridge",
  title: "per8 from the official RTL to the paper's machine, one change at a time",
  source:
    "our own steps, each deviation against the row before; the first row equals the RTL, the last is preset spatten at fidelity cycle, seed 0",
  needs: officialNeeds("per8"),
  rows: async (context, rests) => {
    const workload = await readPer8(context, rests);
    const rows = await bridgeRows(workload, 0, rests);
    return rows.map(({ step, cycles, changeCycles, note }, index) => ({
      quantity: step,
      ours: `${cycles} cycles`,
      ...(index === 0 ? {} : { deviation: `${changeCycles < 0 ? "" : "+"}${changeCycles} cycles` }),
      reason: reasons[step] === undefined ? note : `${note}; ${reasons[step]}`,
    }));
  },
};
