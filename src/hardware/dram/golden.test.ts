import { describe, expect, it } from "vitest";
import { goldenFolder, hasShared } from "../../../test/support/shared.ts";
import { finish } from "../../base/checkpoint.ts";
import { lookUp } from "../../base/registry.ts";
import { caseDifferences, readCaseRows } from "../../experiments/validation/dram-cases.ts";
import {
  commandDifferences,
  readCommandRuns,
  recordedCommands,
  simulatorOf,
} from "../../experiments/validation/dram-commands.ts";
import {
  channelDifferences,
  deviceOf,
  readChannelRows,
  recordedSimulators,
  replayChannel,
} from "../../experiments/validation/dram-golden.ts";
import { addressesOf, extraStreams } from "../../experiments/validation/dram-streams.ts";
import { CommandLog } from "./command-log.ts";
import { compileDevice } from "./compile-device.ts";
import { dramDevices } from "./devices/registry.ts";
import { NaiveDramChannel } from "./naive-controller.reference.ts";
import { replayByCycles } from "./naive-replay.reference.ts";
import { replayTrace } from "./replay.ts";
import type { ReplaySummary } from "./replay-summary.ts";

const LEAST_CHANNELS = 700;
const CASES = 96;

describe.runIf(hasShared)("the golden figures", () => {
  const golden = hasShared ? goldenFolder() : undefined;

  it.each(recordedSimulators)("of every channel and case equal $id", ({ id }) => {
    const rows = readChannelRows(golden!, id);
    expect(rows.length).toBeGreaterThan(LEAST_CHANNELS);
    const summaries = new Map<string, ReplaySummary[]>();
    for (const row of rows) {
      const summary = finish(replayChannel(row));
      summaries.set(row.case, [...(summaries.get(row.case) ?? []), summary]);
      expect(channelDifferences(row, summary)).toEqual([]);
    }
    const cases = readCaseRows(golden!, id);
    for (const row of cases) expect(caseDifferences(row, summaries.get(row.case!) ?? [])).toEqual([]);
    expect(cases).toHaveLength(CASES);
  });

  const runs = golden === undefined ? [] : readCommandRuns(golden);
  it.each(runs)("of every command of $trace.$limit are equal, line by line, in both controllers", (run) => {
    expect(finish(commandDifferences(golden!, run))).toEqual([]);
    const simulator = simulatorOf(run);
    const compiled = deviceOf(simulator);
    const { outstandingLimit } = simulator;
    const slowLog = new CommandLog(compiled);
    const slow = new NaiveDramChannel(compiled, { outstandingLimit, observer: slowLog });
    replayByCycles(slow, addressesOf(run.trace));
    expect(slowLog.text().join("")).toBe(recordedCommands(golden!, run));
  });

  it("of commands are of six traces at both limits", () => {
    expect(runs.map(({ trace, limit }) => `${trace}.${limit}`).sort()).toEqual(
      [
        "seq-n256",
        "rand-n256",
        "stride512-n128",
        "stride16384-n64",
        "gather-v64-L1024-keep256-ch16.ch0",
        "gather-v96-L384-keep192-ch2.ch1",
      ]
        .flatMap((trace) => [`${trace}.dpi16`, `${trace}.queue33`])
        .sort(),
    );
  });
});

describe("the two extra streams of dram.md", () => {
  const device = compileDevice(lookUp(dramDevices, "hbm2-ramulator2-2023", "device"));
  it.each(extraStreams)("$id at limit $outstandingLimit takes $cycles cycles", (stream) => {
    const { id, outstandingLimit, cycles } = stream;
    expect(replayTrace(device, addressesOf(id), { outstandingLimit }).cycles).toBe(cycles);
  });
});
