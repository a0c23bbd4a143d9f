import fc from "fast-check";
import { lookUp } from "../../src/base/registry.ts";
import { compileDevice } from "../../src/hardware/dram/compile-device.ts";
import type { DramDevice } from "../../src/hardware/dram/device.ts";
import { dramDevices } from "../../src/hardware/dram/devices/registry.ts";

/** A trace whose addresses fall on few rows and banks, or on many. */
export const traceArbitrary = fc
  .record({
    seed: fc.array(fc.nat(), { minLength: 1, maxLength: 120 }),
    rows: fc.constantFrom(1, 2, 5, 1000),
    banks: fc.constantFrom(1, 4, 32),
    writes: fc.constantFrom(0, 0, 0.2, 0.9),
  })
  .map(({ seed, rows, banks, writes }) => ({
    places: seed.map((value) => ({
      row: Math.floor(value / 64) % rows,
      bank: Math.floor(value / 7) % banks,
      column: value % 8,
    })),
    isWrite: Uint8Array.from(seed, (value) => ((value % 101) / 101 < writes ? 1 : 0)),
  }));

/** A device of the registry, as it is or with other figures, so that every row binds now and then. */
export const recipeArbitrary = fc.record({
  id: fc.constantFrom(...dramDevices.map((device) => device.id)),
  changes: fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 0, max: 40 })), { maxLength: 4 }),
  bus: fc.constantFrom<DramDevice["controller"]["commandBus"]>("shared", "row-and-column"),
  held: fc.constantFrom<DramDevice["controller"]["heldPrecharge"]>("loses-the-tick", "is-passed-over"),
  completions: fc.constantFrom<DramDevice["controller"]["completionsPerTick"]>("one", "all-due"),
  entries: fc.integer({ min: 1, max: 40 }),
  refreshCycles: fc.constantFrom(0, 600, 1000),
  isChanged: fc.boolean(),
});

export type Recipe = typeof recipeArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

export function deviceOf({
  id,
  changes,
  bus,
  held,
  completions,
  entries,
  refreshCycles,
  isChanged,
}: Recipe): DramDevice {
  const device = lookUp(dramDevices, id, "device");
  if (!isChanged) return device;
  const timing = { ...device.timing };
  const names = Object.keys(timing);
  for (const [which, cycles] of changes) timing[names[which % names.length]!] = cycles;
  timing.nCWL = Math.min(timing.nCWL!, timing.nCL! + timing.nBL! + 2);
  timing.nRFC = 40;
  timing.nBL = Math.max(1, timing.nBL!);
  timing.nRP = Math.max(1, timing.nRP!);
  return {
    ...device,
    timing,
    refresh:
      refreshCycles === 0 || device.id === "hbm2-ramulator2-2023"
        ? { kind: "none", reason: "test" }
        : { kind: "all-bank", intervalCycles: () => refreshCycles },
    controller: {
      commandBus: bus,
      heldPrecharge: held,
      completionsPerTick: completions,
      readQueueEntries: entries,
      writeQueueEntries: entries,
      writeHighWatermark: entries * 0.8,
      writeLowWatermark: entries * 0.2,
    },
  };
}

export function addressesOf(
  device: DramDevice,
  places: readonly { row: number; bank: number; column: number }[],
): number[] {
  const { address, bankCount } = compileDevice(device);
  return places.map(({ row, bank, column }) => {
    const { organization } = device;
    const at = bank % bankCount;
    const perPseudoChannel = organization.bankGroups * organization.banksPerGroup;
    const fields = {
      row,
      column: (column * organization.accessBytes) / organization.columnAddressBytes,
      bank: at % organization.banksPerGroup,
      bankGroup: Math.floor(at / organization.banksPerGroup) % organization.bankGroups,
      pseudoChannel: Math.floor(at / perPseudoChannel),
    };
    return (Object.keys(fields) as (keyof typeof fields)[]).reduce(
      (sum, field) => sum + fields[field] * 2 ** address[field].shift,
      0,
    );
  });
}

export const limitArbitrary = fc.constantFrom(undefined, 1, 3, 16, 40);
