import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { fetchReference, type SimpleChannels } from "./matrix-fetcher.reference.ts";
import { MatrixFetcher, type MemoryPort } from "./matrix-fetcher.ts";
import { blockRequests, type MatrixRows, placeOfBlock, realignRow } from "./matrix-requests.ts";
import { countedCycles } from "./unit-counters.ts";

/** Channels with a fixed latency, as the fetcher uses them. */
class SimpleMemory implements MemoryPort {
  readonly reads: { channel: number; localBytes: number; cycle: number }[] = [];
  readonly #queues: { lane: number; due: number }[][];
  readonly #channels: SimpleChannels;
  cycle = 0;

  constructor(channelCount: number, channels: SimpleChannels) {
    this.#queues = Array.from({ length: channelCount }, () => []);
    this.#channels = channels;
  }

  canAccept(channel: number): boolean {
    return this.#channels.accepts(channel, this.cycle);
  }

  accept(channel: number, localBytes: number, lane: number): void {
    this.#queues[channel]!.push({ lane, due: this.cycle + this.#channels.latencyCycles });
    this.reads.push({ channel, localBytes, cycle: this.cycle });
  }

  headLane(channel: number): number {
    const head = this.#queues[channel]![0];
    return head !== undefined && head.due <= this.cycle ? head.lane : -1;
  }

  take(channel: number): void {
    this.#queues[channel]!.shift();
  }
}

function fetchAll(fetcher: MatrixFetcher, memory: SimpleMemory, matrices: readonly MatrixRows[]): number[] {
  const rowCycles: number[] = [];
  for (let next = 0; next < matrices.length || !fetcher.isIdle; ) {
    if (next < matrices.length && fetcher.canStart) fetcher.start(matrices[next++]!);
    const rows = fetcher.cycle(memory);
    for (let row = 0; row < rows; row++) rowCycles.push(memory.cycle);
    memory.cycle++;
    if (memory.cycle > 100_000) throw new Error("the fetcher is stuck");
  }
  return rowCycles;
}

describe("the matrix fetcher", () => {
  it("equals its twin on 10,000 random runs of matrices: every read and every row, cycle by cycle", () => {
    const random = createRandom(15);
    for (let run = 0; run < 10_000; run++) {
      const parameters = {
        laneCount: 1 + random.integer(5),
        channelCount: 2 ** random.integer(3),
        transactionBytes: 32,
        laneFifoDepth: 1 + random.integer(4),
        arbitration: random.next() < 0.5 ? ("round-robin" as const) : ("lowest-index" as const),
        realignCycles: random.integer(3),
      };
      const matrices = Array.from({ length: 1 + random.integer(3) }, () => ({
        baseBytes: 16 * random.integer(8),
        rowBytes: [32, 48, 64, 96, 20][random.integer(5)]!,
        rows: Array.from({ length: 1 + random.integer(6) }, () => random.integer(40)),
      }));
      const salt = random.integer(1000);
      const channels = {
        latencyCycles: 1 + random.integer(12),
        accepts: (channel: number, cycle: number) => (cycle * 7 + channel * 3 + salt) % 5 !== 0,
      };
      const fetcher = new MatrixFetcher(parameters);
      const memory = new SimpleMemory(parameters.channelCount, channels);
      const rowCycles = fetchAll(fetcher, memory, matrices);
      const twin = fetchReference(parameters, matrices, channels, random);
      expect(rowCycles).toEqual(twin.rowCycles);
      const ascending = (left: number, right: number) => left - right;
      expect(memory.reads.map(({ cycle }) => cycle)).toEqual(twin.acceptedCycles.toSorted(ascending));
      expect(countedCycles(fetcher.counters)).toBe(memory.cycle);
    }
  });

  it("cuts rows into 32-byte reads, two for a 6-bit row of 64 elements that straddles", () => {
    const { blocks, rowEnds } = blockRequests({ baseBytes: 0, rowBytes: 48, rows: [0, 1, 5] }, 32);
    expect(Array.from(blocks)).toEqual([0, 1, 1, 2, 7, 8]);
    expect(Array.from(rowEnds)).toEqual([2, 4, 6]);
    expect(placeOfBlock(35, 16, 32)).toEqual({ channel: 3, localBytes: 64 });
  });

  it("realigns 10,000 rows out of their blocks", () => {
    const random = createRandom(16);
    const memory = Uint8Array.from({ length: 4096 }, () => random.integer(256));
    for (let run = 0; run < 10_000; run++) {
      const rowBytes = 1 + random.integer(100);
      const baseBytes = random.integer(64);
      const row = random.integer(Math.floor((4096 - 64 - 32) / rowBytes));
      const { blocks } = blockRequests({ baseBytes, rowBytes, rows: [row] }, 32);
      const start = baseBytes + row * rowBytes;
      const blockBytes = memory.subarray(blocks[0]! * 32, (blocks.at(-1)! + 1) * 32);
      const realigned = realignRow(blockBytes, start % 32, rowBytes);
      expect(realigned.length).toBe(rowBytes);
      if (realigned.some((byte, place) => byte !== memory[start + place])) expect.fail(`run ${run}`);
    }
  });

  it("reads 16 channels at full rate at the size of Table I", () => {
    const fetcher = new MatrixFetcher();
    const memory = new SimpleMemory(16, { latencyCycles: 20, accepts: () => true });
    const rows = Array.from({ length: 1024 }, (_, row) => row);
    const rowCycles = fetchAll(fetcher, memory, [{ baseBytes: 0, rowBytes: 64, rows }]);
    expect(fetcher.counters.events).toMatchObject({
      requests: 2048,
      bytes: 65_536,
      rows: 1024,
      fragments: 64,
    });
    // 2,048 reads of 16 channels are 128 cycles; then latency, two crossbars, collecting and realigning.
    expect(rowCycles.at(-1)).toBeLessThanOrEqual(128 + 20 + 5);
  });
});
