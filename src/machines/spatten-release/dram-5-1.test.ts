import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { releaseChannels } from "./dram.ts";
import { ReferenceReadChannel } from "./dram-5-1.reference.ts";
import type { ReadChannel } from "./read-channel.ts";

/** Pop cycles of reads that are pushed as early as the limit of 16 allows. */
function popCycles(channel: ReadChannel, addresses: readonly number[]): number[] {
  const cycles: number[] = [];
  for (let cycle = 0, next = 0; cycles.length < addresses.length; cycle++) {
    if (next < addresses.length && channel.canPush()) channel.push(addresses[next++]!, 0);
    if (channel.pop() >= 0) cycles.push(cycle);
    channel.tick();
  }
  return cycles;
}

const page = 512;
const bank = 32 * page;

describe("one channel of hardware.md 5.1", () => {
  it("answers a read of a closed bank after 19 cycles, and the next of its row 4 later", () => {
    expect(popCycles(new ReferenceReadChannel(), [0, 32])).toEqual([19, 23]);
  });

  it("closes the row for another one of the same bank: tRAS, tRP, tRCD and the read", () => {
    // ACT 1, RD 8, PRE 18, ACT 25, RD 32, and 11 cycles.
    expect(popCycles(new ReferenceReadChannel(), [0, bank])).toEqual([19, 43]);
  });

  it("equals the fast channel on random addresses", () => {
    const address = fc.oneof(fc.nat(1 << 19), fc.nat(64)).map((block) => block * 32);
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 200 }), (addresses) => {
        const [fast] = releaseChannels(1);
        expect(popCycles(fast!, addresses)).toEqual(popCycles(new ReferenceReadChannel(), addresses));
      }),
    );
  });
});
