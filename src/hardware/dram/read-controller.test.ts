import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addressesOf,
  deviceOf,
  limitArbitrary,
  recipeArbitrary,
  traceArbitrary,
} from "../../../test/support/dram-arbitraries.ts";
import { compileDevice } from "./compile-device.ts";
import { hbm2Device } from "./devices/hbm2-2gbps.ts";
import { hbm2Ramulator2Device } from "./devices/hbm2-ramulator2-2023.ts";
import type { DramChannel } from "./dram-channel.ts";
import { NaiveDramChannel } from "./naive-controller.reference.ts";
import { replayByCycles } from "./naive-replay.reference.ts";
import { ReadDramChannel } from "./read-channel.ts";
import { suitsReadController } from "./read-controller.ts";
import { replayTrace } from "./replay.ts";

/** Tables that the controller of reads alone accepts, with every figure changed now and then. */
const suitedDevices = recipeArbitrary
  .map((recipe) =>
    deviceOf({
      ...recipe,
      id: "hbm2-ramulator2-2023",
      bus: "shared",
      held: "loses-the-tick",
      refreshCycles: 0,
    }),
  )
  .filter((device) => suitsReadController(compileDevice(device)));

describe("the controller of reads alone", () => {
  it("equals the cycle by cycle one in every cycle, counter and cause of a lost cycle, on any table", () => {
    fc.assert(
      fc.property(
        suitedDevices,
        traceArbitrary,
        limitArbitrary,
        fc.boolean(),
        (device, trace, limit, moves) => {
          const compiled = compileDevice(device);
          const addresses = addressesOf(device, trace.places);
          const naive = new NaiveDramChannel(compiled, { outstandingLimit: limit });
          const accepted: number[] = [];
          const observer = { accepted: (cycle: number) => accepted.push(cycle), command: () => {} };
          replayByCycles(new NaiveDramChannel(compiled, { outstandingLimit: limit, observer }), addresses);
          const expected = replayByCycles(naive, addresses, undefined, Float64Array.from(accepted));
          const options = { outstandingLimit: limit, originShiftTicks: moves ? 130 : undefined };
          expect(replayTrace(compiled, addresses, { ...options, countsLostCycles: true })).toEqual(expected);
          const { dataBusCycles: _, lostBusCycles: __, ...counters } = expected.counters;
          expect(replayTrace(compiled, addresses, options)).toEqual({ ...expected, counters });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("equals it where hits alone went on for longer than the ring of waits is", () => {
    const compiled = compileDevice(hbm2Ramulator2Device);
    const hits = Array.from({ length: 300 }, (_, index) => 32 * (index % 16));
    // Another row of the bank of the hits, and a closed bank, with and without hits behind them.
    const addresses = [...hits, 32 * 512 * 32, 32, 512, ...hits, 32 * 512 * 32, 1024];
    const limits = { outstandingLimit: 16 };
    const { acceptedCycle: _, ...naive } = replayByCycles(new NaiveDramChannel(compiled, limits), addresses);
    expect(replayTrace(compiled, addresses, { ...limits, countsLostCycles: true })).toMatchObject(naive);
  });

  it("equals it as a channel, where a machine pushes and pops when it likes", () => {
    const rhythms = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        suitedDevices,
        traceArbitrary,
        fc.integer({ min: 1, max: 16 }),
        rhythms,
        (device, trace, most, rhythm) => {
          const compiled = compileDevice(device);
          const addresses = addressesOf(device, trace.places);
          const outstandingLimit = Math.min(most, device.controller.readQueueEntries);
          const drive = (
            channel: Pick<DramChannel, Exclude<keyof ReadDramChannel, "relativeState">>,
          ): unknown[] => {
            const seen: unknown[] = [];
            let next = 0;
            for (let step = 0; step < 1500; step++) {
              const [offers, pops] = rhythm[Math.floor(step / 20) % rhythm.length]!;
              seen.push(channel.canPush());
              if (next < addresses.length && step % (offers + 1) === 0 && channel.canPush())
                channel.push(addresses[next]!, next++);
              seen.push([step % (pops + 1) === 0 ? channel.pop() : -1, channel.outstandingCount]);
              seen.push(channel.cycle);
              channel.tick();
            }
            seen.push(channel.counters());
            return seen;
          };
          const options = { outstandingLimit, originShiftTicks: 211, countsLostCycles: true };
          const fast = drive(new ReadDramChannel(compiled, options));
          expect(fast).toEqual(drive(new NaiveDramChannel(compiled, { outstandingLimit })));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is refused where the queue could be full, or the device has refreshes", () => {
    const official = compileDevice(hbm2Ramulator2Device);
    expect(() => new ReadDramChannel(official, { outstandingLimit: 34 })).toThrow(/got a limit of 34 reads/);
    expect(() => new ReadDramChannel(compileDevice(hbm2Device), { outstandingLimit: 16 })).toThrow(
      /without refresh/,
    );
  });
});
