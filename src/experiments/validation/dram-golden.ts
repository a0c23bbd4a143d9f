import * as z from "zod/mini";
import type { Steps } from "../../base/checkpoint.ts";
import { parseJsonText } from "../../base/json-text.ts";
import { lookUp, type Registry } from "../../base/registry.ts";
import { parseWith } from "../../base/schema.ts";
import { linesOf, type TextFolder } from "../../base/text-folder.ts";
import { type CompiledDevice, compileDevice } from "../../hardware/dram/compile-device.ts";
import { dramDevices } from "../../hardware/dram/devices/registry.ts";
import { replaySteps } from "../../hardware/dram/replay.ts";
import { type ReplaySummary, summarizeReplay } from "../../hardware/dram/replay-summary.ts";
import { addressesOf } from "./dram-streams.ts";
import type { Difference } from "./oracle.ts";
import { differencesOf } from "./tally.ts";

/** A simulator that figures were recorded of, and our device that should give the same. */
export interface RecordedSimulator {
  /** Its name in the golden files. */
  readonly id: string;
  readonly title: string;
  readonly deviceId: string;
  readonly outstandingLimit?: number;
}

/** Ramulator 2 of October 2023 under the release's preset, at the two limits of `hardware.md` 5; Ramulator 2.1. */
export const recordedSimulators: Registry<RecordedSimulator> = [
  {
    id: "r2-2023-10-official.dpi16",
    title: "Ramulator 2 (October 2023), the release's preset, 16 reads under way",
    deviceId: "hbm2-ramulator2-2023",
    outstandingLimit: 16,
  },
  {
    id: "r2-2023-10-official.queue33",
    title: "Ramulator 2 (October 2023), the release's preset, limited by its queue",
    deviceId: "hbm2-ramulator2-2023",
  },
  { id: "r2.1-HBM2_2000Mbps.refresh", title: "Ramulator 2.1, HBM2, with refresh", deviceId: "hbm2-2gbps" },
  {
    id: "r2.1-HBM2_2000Mbps.norefresh",
    title: "Ramulator 2.1, HBM2, without refresh",
    deviceId: "hbm2-2gbps-no-refresh",
  },
];

const channelRowSchema = z.strictObject({
  case: z.string(),
  channel: z.int(),
  sim: z.string(),
  requests: z.int(),
  completed: z.int(),
  cycles: z.int(),
  bytes_per_cycle: z.number(),
  avg_latency: z.number(),
  p50: z.int(),
  p99: z.int(),
  max_latency: z.int(),
  out_of_order_pops: z.int(),
  act: z.int(),
  pre: z.int(),
  prea: z.int(),
  ref: z.int(),
  rd: z.int(),
});

/** Figures of one channel of a recorded run. */
export type ChannelRow = z.infer<typeof channelRowSchema>;

export const CHANNEL_FILE = "dram/per-channel.jsonl";

/** The recorded channels of a simulator. @throws SpattenError `input` with the line. */
export function readChannelRows(golden: TextFolder, simulatorId: string): readonly ChannelRow[] {
  return linesOf(golden.readText(CHANNEL_FILE))
    .map((line, index) => {
      const where = `golden/${CHANNEL_FILE}: line ${index + 1}`;
      const value = parseJsonText(line, { code: "input", what: "a golden row", where });
      return { value, where };
    })
    .filter(({ value }) => (value as { sim?: unknown } | null)?.sim === simulatorId)
    .map(({ value, where }) =>
      parseWith(channelRowSchema, value, { what: "golden row", where, code: "input" }),
    );
}

/** The device that stands for a recorded simulator. */
export function deviceOf({ deviceId }: RecordedSimulator): CompiledDevice {
  return compileDevice(lookUp(dramDevices, deviceId, "DRAM device"));
}

/** What our device makes of a recorded channel's trace. @throws SpattenError `input` for a name without a generator. */
export function* replayChannel(row: ChannelRow): Steps<ReplaySummary> {
  const simulator = lookUp(recordedSimulators, row.sim, "recorded simulator");
  const device = deviceOf(simulator);
  const name = row.case.startsWith("gather") ? `${row.case}.ch${row.channel}` : row.case;
  const { outstandingLimit } = simulator;
  const options = { outstandingLimit, countsLostCycles: true };
  return summarizeReplay(device, yield* replaySteps(device, addressesOf(name), options));
}

/** Half a unit of a file's last digit. */
export function isRounded(ours: number, theirs: number, digits: number): boolean {
  return Math.abs(ours - theirs) <= 0.5 * 10 ** -digits + 1e-9;
}

/** Every column of a recorded channel against ours, and whether our lost cycles add up. */
export function channelDifferences(row: ChannelRow, summary: ReplaySummary): readonly Difference[] {
  const where = `${row.case} channel ${row.channel}`;
  const latency = summary.latencyCycles;
  // Asked for in `replayChannel`.
  const lost = Object.values(summary.lostCycles ?? {}).reduce((sum, cycles) => sum + cycles, 0);
  const meanLatency = latency?.mean ?? Number.NaN;
  // The recorded means have three digits, the rates five.
  const rounded = {
    avg_latency: isRounded(meanLatency, row.avg_latency, 3) ? row.avg_latency : meanLatency,
    bytes_per_cycle: isRounded(summary.bytesPerCycle, row.bytes_per_cycle, 5)
      ? row.bytes_per_cycle
      : summary.bytesPerCycle,
  };
  const ours: ChannelRow = {
    case: row.case,
    channel: row.channel,
    sim: row.sim,
    ...rounded,
    requests: summary.requests,
    completed: summary.reads,
    cycles: summary.cycles,
    p50: latency?.p50 ?? Number.NaN,
    p99: latency?.p99 ?? Number.NaN,
    max_latency: latency?.max ?? Number.NaN,
    out_of_order_pops: summary.outOfOrderPops,
    act: summary.activates,
    pre: summary.precharges,
    prea: summary.prechargesAll,
    ref: summary.refreshes,
    rd: summary.reads,
  };
  return [
    ...differencesOf(where, row, ours),
    ...differencesOf(
      where,
      { "cycles with data and without": summary.cycles },
      { "cycles with data and without": lost + (summary.dataCycles ?? Number.NaN) },
    ),
  ];
}
