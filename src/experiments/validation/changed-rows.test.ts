import { describe, expect, it } from "vitest";
import { finish, neverRest } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { TextFolder } from "../../base/text-folder.ts";
import { releasePresets } from "../../machines/spatten-release/presets.ts";
import { simulateRelease } from "../../machines/spatten-release/simulate.ts";
import { readOfficialCsv } from "../../workload/official-csv.ts";
import { caseDifferences } from "./dram-cases.ts";
import { type ChannelRow, channelDifferences, replayChannel } from "./dram-golden.ts";
import type { Oracle } from "./oracle.ts";
import { oracles } from "./registry.ts";
import { releaseDifferences } from "./release-golden.ts";
import { runOracle } from "./run-oracle.ts";
import { shownTables } from "./shown/registry.ts";
import { differencesOf, lineDifferences, Tally, tallyCases } from "./tally.ts";

/** A folder in memory. */
function folderWith(files: Readonly<Record<string, string>>): TextFolder {
  return {
    name: "golden",
    exists: (file) => file in files,
    fileNames: () => [],
    readText: (file) => {
      const text = files[file];
      if (text === undefined) throw new SpattenError("missing-data", "no such file", { where: file });
      return text;
    },
  };
}

const channelRow: ChannelRow = {
  case: "seq-n4",
  channel: 0,
  sim: "r2-2023-10-official.dpi16",
  requests: 4,
  completed: 4,
  cycles: 0,
  bytes_per_cycle: 0,
  avg_latency: 0,
  p50: 0,
  p99: 0,
  max_latency: 0,
  out_of_order_pops: 0,
  act: 0,
  pre: 0,
  prea: 0,
  ref: 0,
  rd: 4,
};

describe("a row of DRAM figures", () => {
  const summary = finish(replayChannel(channelRow));
  const latency = summary.latencyCycles!;
  const equal: ChannelRow = {
    ...channelRow,
    cycles: summary.cycles,
    bytes_per_cycle: Number(summary.bytesPerCycle.toFixed(5)),
    avg_latency: Number(latency.mean.toFixed(3)),
    p50: latency.p50,
    p99: latency.p99,
    max_latency: latency.max,
    out_of_order_pops: summary.outOfOrderPops,
    act: summary.activates,
    pre: summary.precharges,
    prea: summary.prechargesAll,
    ref: summary.refreshes,
  };
  const columns = Object.entries(equal).flatMap(([name, value]) => (typeof value === "number" ? [name] : []));

  it("passes as it is", () => expect(channelDifferences(equal, summary)).toEqual([]));

  it.each(columns.filter((name) => name !== "channel"))("fails if %s is another", (name) => {
    const changed = { ...equal, [name]: equal[name as "cycles"] + 0.01 };
    const differences = channelDifferences(changed, summary);
    expect(differences).toHaveLength(1);
    expect(differences[0]!.where).toBe(`seq-n4 channel 0: ${name}`);
  });

  it("of a whole case fails without its channels, and in a column that is missing", () => {
    const row = { case: "seq-n4", sim: channelRow.sim, channels_run: "1", requests: "4" };
    expect(caseDifferences(row, []).length).toBeGreaterThan(2);
    expect(caseDifferences(row, [summary]).map(({ expected }) => expected)).toContain("NaN");
  });
});

describe("a recorded run of the RTL", () => {
  const csv = [
    "iteration_id,layer_id,head_id,embedding_length_D,sentence_length_L,key_fetch_num,quant_key_bit,quant_query_bit,auto_requant_thres,if_requant,auto_requant_incre,value_fetch_num,quant_value_bit,if_accumulate_importance,if_rescale_previous_importance,if_topk,topk",
    "0,0,0,64.0,993,64,8,-1,-1,False,-1,64,8,True,False,False,-1",
    "",
  ].join("\n");
  const { cycles, responseCycles, presentedCycles, topKLatencyCycles } = finish(
    simulateRelease(readOfficialCsv(csv, "tiny.csv"), releasePresets[1]!.parameters),
  );
  const response = `0,${presentedCycles[0]},${topKLatencyCycles[0]},0,`;
  const golden = (responseCycle: number) =>
    folderWith({
      "rtl-cycles/inputs/tiny.csv": csv,
      "rtl-cycles/responses/tiny.eighth.csv.gz": `header\n${response}${responseCycle}\n`,
    });
  const compare = (rowCycles: number, responseCycle: number) =>
    finish(
      releaseDifferences(golden(responseCycle), folderWith({}), {
        workload: "tiny",
        setup: "eighth",
        cycles: rowCycles,
      }),
    );

  it("passes as it is, and fails in its cycles or in a response", () => {
    const last = responseCycles[0]!;
    expect(compare(cycles, last)).toEqual([]);
    expect(compare(cycles + 1, last)).toEqual([
      { where: "tiny on eighth: cycles", expected: String(cycles + 1), got: String(cycles) },
    ]);
    expect(compare(cycles, last + 1)).toEqual([
      {
        where: "tiny on eighth, responses: line 1",
        expected: response + (last + 1),
        got: response + last,
      },
    ]);
  });
});

describe("a comparison", () => {
  it("sees names and lines that only one side has", () => {
    expect(differencesOf("x", { a: 1 }, { b: 1 })).toHaveLength(2);
    expect(lineDifferences("x", ["a", "b"], ["a"])[0]).toMatchObject({ where: "x: line 2", expected: "b" });
    expect(lineDifferences("x", [], ["a"])).toHaveLength(1);
  });

  it("counts a case that is refused as one that has not passed, and goes on", () => {
    const steps = tallyCases("cases", [1, 2, 3], (one) => {
      if (one === 2) throw new SpattenError("input", "cannot be read");
      return [];
    });
    expect(finish(steps).outcome("cases", "")).toMatchObject({
      comparedCount: 3,
      passedCount: 2,
      differences: [{ got: "cannot be read" }],
    });
  });
});

describe("an oracle", () => {
  const oracle: Oracle = {
    ...oracles[0]!,
    needs: [],
    *run() {
      yield { stage: "nothing", done: 0, total: 0 };
      return new Tally().outcome("cases", "nothing");
    },
  };

  it("that compares nothing has failed", async () => {
    expect((await runOracle(oracle, {}, { checkpoint: neverRest })).state).toBe("failed");
  });

  it("that is stopped by its caller has no result", async () => {
    const checkpoint = () => Promise.reject(new SpattenError("aborted", "stopped"));
    await expect(runOracle(oracle, {}, { checkpoint })).rejects.toThrow("stopped");
  });

  it("and a table have ids of their own", () => {
    const ids = [...oracles, ...shownTables].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });
});
