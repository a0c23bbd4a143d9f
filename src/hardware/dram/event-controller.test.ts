import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addressesOf,
  deviceOf,
  limitArbitrary,
  recipeArbitrary,
  traceArbitrary,
} from "../../../test/support/dram-arbitraries.ts";
import type { DramObserver } from "./commands.ts";
import { compileDevice } from "./compile-device.ts";
import type { DramChannel } from "./dram-channel.ts";
import { EventDramChannel } from "./event-channel.ts";
import { NaiveDramChannel } from "./naive-controller.reference.ts";
import { replayByCycles } from "./naive-replay.reference.ts";
import { replayTrace } from "./replay.ts";

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
            countsLostCycles: true,
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
            countsLostCycles: true,
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
            new EventDramChannel(compiled, {
              outstandingLimit: limit,
              originShiftTicks: 211,
              countsLostCycles: true,
            }),
          );
          expect(fast).toEqual(drive(new NaiveDramChannel(compiled, { outstandingLimit: limit })));
        },
      ),
      { numRuns: 300 },
    );
  });
});
