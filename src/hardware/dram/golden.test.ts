import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasShared, sharedFolder } from "../../../test/support/shared.ts";
import { lookUp } from "../../base/registry.ts";
import { CommandLog } from "./command-log.ts";
import { type CompiledDevice, compileDevice } from "./compile-device.ts";
import { dramDevices } from "./devices/registry.ts";
import { NaiveDramChannel } from "./naive-controller.reference.ts";
import { replayByCycles } from "./naive-replay.reference.ts";
import { replayTrace } from "./replay.ts";
import { type ReplaySummary, summarizeReplay } from "./replay-summary.ts";
import { generateTrace } from "./trace-generators.ts";

const folder = join(sharedFolder, "golden", "dram");

interface Simulator {
  readonly device: CompiledDevice;
  readonly outstandingLimit?: number;
}

const device = (id: string): CompiledDevice => compileDevice(lookUp(dramDevices, id, "device"));
const simulators: Readonly<Record<string, Simulator>> = {
  "r2-2023-10-official.dpi16": { device: device("hbm2-ramulator2-2023"), outstandingLimit: 16 },
  "r2-2023-10-official.queue33": { device: device("hbm2-ramulator2-2023") },
  "r2.1-HBM2_2000Mbps.refresh": { device: device("hbm2-2gbps") },
  "r2.1-HBM2_2000Mbps.norefresh": { device: device("hbm2-2gbps-no-refresh") },
};

const read = (...parts: string[]): string => readFileSync(join(folder, ...parts), "utf8");

/** Half a unit of the golden file's last digit. */
const isRounded = (ours: number, theirs: number, digits: number): boolean =>
  Math.abs(ours - theirs) <= 0.5 * 10 ** -digits + 1e-9;

interface ChannelRow {
  readonly case: string;
  readonly channel: number;
  readonly sim: string;
  readonly requests: number;
  readonly avg_latency: number;
  readonly bytes_per_cycle: number;
}

function replayRow({ sim, ...row }: ChannelRow): ReplaySummary {
  const { device, outstandingLimit } = simulators[sim]!;
  const name = row.case.startsWith("gather") ? `${row.case}.ch${row.channel}` : row.case;
  const { addresses } = generateTrace(name)!;
  return summarizeReplay(
    device,
    replayTrace(device, addresses, { outstandingLimit, countsLostCycles: true }),
  );
}

describe.runIf(hasShared)("the golden figures", () => {
  const rows = hasShared
    ? read("per-channel.jsonl")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as ChannelRow)
    : [];
  const summaries = new Map<ChannelRow, ReplaySummary>();

  it.each(Object.keys(simulators))("of every channel equal %s", (sim) => {
    const ours = rows.filter((row) => row.sim === sim);
    expect(ours.length).toBeGreaterThan(700);
    for (const row of ours) {
      const summary = replayRow(row);
      summaries.set(row, summary);
      const name = `${row.case} channel ${row.channel}`;
      expect(isRounded(summary.latencyCycles!.mean, row.avg_latency, 3), `${name} mean latency`).toBe(true);
      expect(isRounded(summary.bytesPerCycle, row.bytes_per_cycle, 5), `${name} bytes per cycle`).toBe(true);
      expect(
        {
          ...row,
          requests: summary.requests,
          completed: summary.reads,
          cycles: summary.cycles,
          p50: summary.latencyCycles!.p50,
          p99: summary.latencyCycles!.p99,
          max_latency: summary.latencyCycles!.max,
          out_of_order_pops: summary.outOfOrderPops,
          act: summary.activates,
          pre: summary.precharges,
          prea: summary.prechargesAll,
          ref: summary.refreshes,
          rd: summary.reads,
        },
        name,
      ).toEqual(row);
      const lost = Object.values(summary.lostCycles!).reduce((sum, cycles) => sum + cycles, 0);
      expect(lost + summary.dataCycles!, `${name} lost cycles`).toBe(summary.cycles);
    }
  });

  it("of every case equal summary.csv", () => {
    const [header, ...lines] = read("summary.csv").trim().split("\n");
    const columns = header!.split(",");
    let compared = 0;
    for (const line of lines) {
      const cells = Object.fromEntries(line.split(",").map((cell, index) => [columns[index]!, cell]));
      if (simulators[cells.sim!] === undefined) continue;
      const parts = [...summaries].filter(([row]) => row.case === cells.case && row.sim === cells.sim);
      const total = (figure: (summary: ReplaySummary) => number): number =>
        parts.reduce((sum, [, summary]) => sum + figure(summary), 0);
      const most = (figure: (summary: ReplaySummary) => number): number =>
        Math.max(...parts.map(([, summary]) => figure(summary)));
      const requests = total((summary) => summary.requests);
      const cycles = most((summary) => summary.cycles);
      const where = `${cells.case} ${cells.sim}`;
      expect(
        [
          parts.length,
          requests,
          cycles,
          most((summary) => summary.latencyCycles!.max),
          total((summary) => summary.activates),
          total((summary) => summary.precharges),
          total((summary) => summary.refreshes),
        ],
        where,
      ).toEqual(
        ["channels_run", "requests", "max_cycles", "max_latency_cycles", "ACT", "PRE", "REF"].map((column) =>
          Number(cells[column]),
        ),
      );
      const mean = total((summary) => summary.latencyCycles!.mean * summary.requests) / requests;
      const bytes = (32 * requests) / cycles;
      for (const [column, ours, digits] of [
        ["avg_latency_cycles", mean, 2],
        ["bytes_per_cycle_total", bytes, 3],
        ["bytes_per_cycle_per_channel", bytes / parts.length, 3],
        ["act_based_hit_rate", 1 - total((summary) => summary.activates) / requests, 4],
      ] as const) {
        // The file's mean was taken of means that were rounded to three digits.
        const theirs = Number(cells[column]);
        const isEqual =
          isRounded(ours, theirs, digits) ||
          (column === "avg_latency_cycles" && Math.abs(ours - theirs) < 0.0056);
        expect(isEqual, `${where} ${column}: ${ours}, not ${cells[column]}`).toBe(true);
      }
      compared++;
    }
    expect(compared).toBe(4 * 96);
  });

  it.each([
    "seq-n256",
    "rand-n256",
    "stride512-n128",
    "stride16384-n64",
    "gather-v64-L1024-keep256-ch16.ch0",
    "gather-v96-L384-keep192-ch2.ch1",
  ])("of every command of %s are equal, line by line, in both controllers", (name) => {
    for (const [limit, outstandingLimit] of [
      ["dpi16", 16],
      ["queue33", undefined],
    ] as const) {
      const compiled = device("hbm2-ramulator2-2023");
      const { addresses } = generateTrace(name)!;
      expect([...addresses].join("\n")).toBe(read("traces-small", `${name}.txt`).trim());
      const [fastLog, slowLog] = [new CommandLog(compiled), new CommandLog(compiled)];
      const fast = replayTrace(compiled, addresses, { outstandingLimit, observer: fastLog });
      replayByCycles(new NaiveDramChannel(compiled, { outstandingLimit, observer: slowLog }), addresses);
      const commands = read("cmd-traces", `${name}.${limit}.commands.csv`);
      expect(fastLog.text().join("")).toBe(commands);
      expect(slowLog.text().join("")).toBe(commands);
      // Cycle c runs tick c + 1; a response is popped in the cycle after its callback.
      const requests = [...addresses].map((address, index) =>
        [
          index,
          address,
          fast.acceptedCycle[index],
          fast.poppedCycle[index]! - 1,
          fast.poppedCycle[index],
        ].join(),
      );
      expect(requests.join("\n")).toBe(read("cmd-traces", `${name}.${limit}.requests.csv`).trim());
    }
  });
});

describe("the two extra streams of dram.md", () => {
  it.each([
    ["rows16-n20000", 16, 80_191],
    ["rows2-n20000", undefined, 43_259],
  ])("%s at limit %s takes %i cycles", (name, outstandingLimit, cycles) => {
    const { addresses } = generateTrace(name)!;
    expect(replayTrace(device("hbm2-ramulator2-2023"), addresses, { outstandingLimit }).cycles).toBe(cycles);
  });
});
