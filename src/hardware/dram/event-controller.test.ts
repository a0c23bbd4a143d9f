import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookUp } from "../../base/registry.ts";
import type { DramObserver } from "./commands.ts";
import { compileDevice } from "./compile-device.ts";
import type { DramDevice } from "./device.ts";
import { dramDevices } from "./devices/registry.ts";
import type { DramChannel } from "./dram-channel.ts";
import { EventDramChannel } from "./event-channel.ts";
import { NaiveDramChannel } from "./naive-controller.reference.ts";
import { replayByCycles } from "./naive-replay.reference.ts";
import { replayTrace } from "./replay.ts";

/** A trace whose addresses fall on few rows and banks, or on many. */
const traceArbitrary = fc
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
const recipeArbitrary = fc.record({
  id: fc.constantFrom(...dramDevices.map((device) => device.id)),
  changes: fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 0, max: 40 })), { maxLength: 4 }),
  bus: fc.constantFrom<DramDevice["controller"]["commandBus"]>("shared", "row-and-column"),
  held: fc.constantFrom<DramDevice["controller"]["heldPrecharge"]>("loses-the-tick", "is-passed-over"),
  completions: fc.constantFrom<DramDevice["controller"]["completionsPerTick"]>("one", "all-due"),
  entries: fc.integer({ min: 1, max: 40 }),
  refreshCycles: fc.constantFrom(0, 600, 1000),
  isChanged: fc.boolean(),
});

type Recipe = typeof recipeArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

function deviceOf({
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

interface Log extends DramObserver {
  readonly commands: string[];
  readonly acceptances: string[];
}

function createLog(): Log {
  const commands: string[] = [];
  const acceptances: string[] = [];
  return {
    commands,
    acceptances,
    command: (...parts) => commands.push(parts.join(" ")),
    accepted: (...parts) => acceptances.push(parts.join(" ")),
  };
}

function addressesOf(
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

const limitArbitrary = fc.constantFrom(undefined, 1, 3, 16, 40);

describe("the event-driven controller", () => {
  it("equals the cycle by cycle one in every command, cycle and counter, on any table and trace", () => {
    fc.assert(
      fc.property(
        recipeArbitrary,
        traceArbitrary,
        limitArbitrary,
        fc.boolean(),
        (recipe, trace, limit, moves) => {
          const device = deviceOf(recipe);
          const compiled = compileDevice(device);
          const addresses = addressesOf(device, trace.places);
          const originShiftTicks = moves ? 130 : undefined;
          const [slow, fast, stepped] = [createLog(), createLog(), createLog()];
          const naive = new NaiveDramChannel(compiled, { outstandingLimit: limit, observer: slow });
          const expected = replayByCycles(naive, addresses, trace.isWrite);
          const result = replayTrace(compiled, addresses, {
            outstandingLimit: limit,
            isWrite: trace.isWrite,
            observer: fast,
            originShiftTicks,
          });
          expect(fast.commands).toEqual(slow.commands);
          expect(fast.acceptances).toEqual(slow.acceptances);
          expect(result.poppedCycle).toEqual(expected.poppedCycle);
          expect(result.popOrder).toEqual(expected.popOrder);
          expect(result.cycles).toBe(expected.cycles);
          expect(result.counters).toEqual(expected.counters);
          const channel = new EventDramChannel(compiled, {
            outstandingLimit: limit,
            observer: stepped,
            originShiftTicks,
          });
          const again = replayByCycles(channel, addresses, trace.isWrite);
          expect(stepped.commands).toEqual(slow.commands);
          expect(stepped.acceptances).toEqual(slow.acceptances);
          expect({ ...again, acceptedCycle: 0 }).toEqual({ ...expected, acceptedCycle: 0 });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("equals it where a machine offers and pops when it likes", () => {
    const patience = fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.nat(60)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        recipeArbitrary,
        traceArbitrary,
        limitArbitrary,
        patience,
        (recipe, trace, limit, rhythm) => {
          const device = deviceOf(recipe);
          const compiled = compileDevice(device);
          const addresses = addressesOf(device, trace.places);
          const drive = (channel: DramChannel): unknown[] => {
            const seen: unknown[] = [];
            let next = 0;
            for (let step = 0; step < 1500; step++) {
              const [offers, pops, period] = rhythm[Math.floor(step / 20) % rhythm.length]!;
              if (next < addresses.length && (step + period) % (offers + 1) === 0) {
                const isWrite = trace.isWrite[next] === 1;
                if (isWrite ? channel.canPushWrite() : channel.canPush()) {
                  if (isWrite) channel.pushWrite(addresses[next]!);
                  else channel.push(addresses[next]!, next);
                  next++;
                }
              }
              const isPopping = step % (pops + 1) === 0;
              seen.push([
                channel.peek(),
                isPopping ? channel.pop() : -1,
                channel.outstandingCount,
                channel.cycle,
              ]);
              seen.push(channel.nextResponseCycle(), channel.canPush(), channel.canPushWrite());
              channel.tick();
            }
            seen.push(channel.counters());
            return seen;
          };
          const fast = drive(
            new EventDramChannel(compiled, { outstandingLimit: limit, originShiftTicks: 211 }),
          );
          expect(fast).toEqual(drive(new NaiveDramChannel(compiled, { outstandingLimit: limit })));
        },
      ),
      { numRuns: 300 },
    );
  });
});
