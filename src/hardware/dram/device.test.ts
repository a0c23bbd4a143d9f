import { describe, expect, it } from "vitest";
import { isSpattenError } from "../../base/errors.ts";
import { addressBits } from "./address-maps.ts";
import { compileDevice } from "./compile-device.ts";
import type { DramDevice } from "./device.ts";
import { hbm2Device } from "./devices/hbm2-2gbps.ts";
import { hbm2Ramulator2Device } from "./devices/hbm2-ramulator2-2023.ts";
import { dramDevices } from "./devices/registry.ts";
import { outstandingLimitOf } from "./event-channel.ts";
import { EventController } from "./event-controller.ts";

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return isSpattenError(error) && error.code === "config" ? error.message : String(error);
  }
  return "nothing was thrown";
}

const changed = (change: object): DramDevice => ({ ...hbm2Device, ...change });
const organized = (change: object) => changed({ organization: { ...hbm2Device.organization, ...change } });
const controlled = (change: object) => changed({ controller: { ...hbm2Device.controller, ...change } });

describe("a DRAM device", () => {
  it.each(dramDevices.map((device) => [device.id, device] as const))("%s compiles", (_, device) => {
    const compiled = compileDevice(device);
    expect(new EventController(compiled).busCount).toBe(device.organization.pseudoChannels);
    expect(compiled.capacityBytes).toBeLessThanOrEqual(2 ** 32);
    for (const constraint of device.constraints) expect(constraint.reason).not.toBe("");
  });

  it("of the official release has the cycles of hardware.md 5.1", () => {
    const rows = compileDevice(hbm2Ramulator2Device).constraints.map(
      ({ level, preceding, following, cycles, window }) => [level, preceding[0], following, cycles, window],
    );
    for (const row of [
      [0, 0, [0, 1], 2, 1],
      [1, 0, [0], 15, 4],
      [2, 0, [0], 3, 1],
      [3, 0, [0], 19, 1],
      [3, 0, [2], 7, 1],
      [3, 0, [1], 17, 1],
      [3, 1, [0], 7, 1],
      [3, 2, [1], 3, 1],
      [1, 2, [2], 4, 1],
      [1, 2, [3], 11, 1],
      [1, 3, [2], 9, 1],
      [2, 3, [2], 10, 1],
      [3, 3, [1], 14, 1],
      [3, 0, [3], 7, 1],
    ])
      expect(rows).toContainEqual(row);
  });

  it.each([
    ["zero pseudo channels", organized({ pseudoChannels: 0 }), "organization.pseudoChannels"],
    ["three bank groups", organized({ bankGroups: 3 }), "a power of two"],
    ["a missing figure", organized({ rows: undefined }), "organization.rows"],
    ["an access smaller than a column", organized({ accessBytes: 16 }), "32 to 1024"],
    ["more banks than a word has bits", organized({ bankGroups: 8 }), "at most 32 banks"],
    ["more bytes than an address reaches", organized({ rows: 1 << 20 }), "at most 4294967296 bytes"],
    ["an unknown key", changed({ rank: 1 }), 'unknown key "rank"'],
    ["an unknown address map", changed({ addressMap: "RoRoRo" }), "RoBaRaCoCh"],
    ["a queue of zero", controlled({ readQueueEntries: 0 }), "controller.readQueueEntries"],
    ["a low watermark above the high one", controlled({ writeLowWatermark: 30 }), "writeHighWatermark"],
    ["a refresh without end", changed({ refresh: { kind: "all-bank", intervalCycles: () => 40 } }), "starve"],
    ["a timing that is no number", changed({ timing: { ...hbm2Device.timing, nRP: "14" } }), "timing.nRP"],
    ["a negative timing", changed({ timing: { ...hbm2Device.timing, nRP: -1 } }), "timing.nRP"],
    ["a timing that is not there", changed({ timing: {} }), "got undefined; expected whole cycles"],
    ["a level that is not there", withConstraint({ level: "rank" }), "one of channel, pseudo channel"],
    ["a command that is not there", withConstraint({ following: ["RFM"] }), "one of"],
    ["a latency that is no function", withConstraint({ latency: 3 }), "a function of the timing parameters"],
    ["a fraction of a cycle", withConstraint({ latency: () => 1.5 }), "whole cycles"],
    ["a window of one", withConstraint({ window: 1 }), "window"],
  ])("with %s is refused", (_, device, expected) => {
    expect(messageOf(() => compileDevice(device as DramDevice))).toContain(expected);
  });

  it.each([
    ["a window elsewhere", withConstraint({ window: 2, following: ["RD"] }), "one window"],
    ["a bank constraint beyond the ring", withConstraint({ latency: () => 128 }), "less than 128 cycles"],
    ["REFab after a bank's command", withConstraint({ following: ["REFab"] }), "pseudo channel"],
  ])("with %s is refused by the event-driven controller", (_, device, expected) => {
    expect(messageOf(() => new EventController(compileDevice(device as DramDevice)))).toContain(expected);
  });

  it("places addresses as its map says", () => {
    const counts = { pseudoChannel: 2, bankGroup: 4, bank: 4, row: 32768, column: 32 };
    const shifts = (map: string) =>
      Object.fromEntries(
        Object.entries(addressBits(map, counts, 16)).map(([name, bits]) => [name, bits.shift]),
      );
    expect(shifts("RoBaRaCoCh")).toEqual({ column: 4, pseudoChannel: 9, bankGroup: 10, bank: 12, row: 14 });
    expect(shifts("RoCoBaRaCh")).toEqual({ pseudoChannel: 4, bankGroup: 5, bank: 7, column: 9, row: 14 });
    expect(shifts("ChRaBaRoCo")).toEqual({ column: 4, row: 9, bankGroup: 24, bank: 26, pseudoChannel: 28 });
  });

  it("has a limit of outstanding reads of at least one", () => {
    expect(outstandingLimitOf(undefined)).toBe(Number.POSITIVE_INFINITY);
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      expect(messageOf(() => outstandingLimitOf(limit))).toContain("whole number of at least 1");
    }
  });
});

function withConstraint(change: object): object {
  const row = { level: "bank", preceding: ["ACT"], following: ["PRE"], latency: () => 9, reason: "test" };
  return changed({ constraints: [...hbm2Device.constraints, { ...row, ...change }] });
}
