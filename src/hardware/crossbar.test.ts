import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { addressCrossbarReference } from "./crossbar.reference.ts";
import { AddressCrossbar } from "./crossbar.ts";
import { DataCrossbar } from "./data-crossbar.ts";
import { countedCycles } from "./unit-counters.ts";

describe("the address crossbar", () => {
  it.each(["lowest-index", "round-robin"] as const)(
    "equals its twin on 5,000 random runs, in any order of evaluation (%s)",
    (arbitration) => {
      const random = createRandom(10);
      for (let run = 0; run < 5000; run++) {
        const laneCount = 1 + random.integer(6);
        const channelCount = 1 + random.integer(4);
        const laneFifoDepth = 1 + random.integer(4);
        const cycles = Array.from({ length: 25 }, (_, cycle) => {
          const offers = Array.from({ length: laneCount }, (_, lane) => ({
            lane,
            channel: random.integer(channelCount),
            tag: cycle,
          }));
          const channels = Array.from({ length: channelCount }, (_, channel) => channel);
          return {
            offers: offers.filter(() => random.next() < 0.6),
            readyChannels: new Set(channels.filter(() => random.next() < 0.7)),
          };
        });
        const crossbar = new AddressCrossbar({ laneCount, channelCount, laneFifoDepth, arbitration });
        const found = cycles.map(({ offers, readyChannels }) => {
          const taken: string[] = [];
          const arbitrate = () =>
            crossbar.arbitrate(
              (channel) => readyChannels.has(channel),
              (channel, lane, tag) => taken.push(`${channel} ${lane} ${tag}`),
            );
          const isArbitratedFirst = random.next() < 0.5;
          if (isArbitratedFirst) arbitrate();
          for (const { lane, channel, tag } of offers) {
            if (crossbar.lanes.canPush(lane)) crossbar.lanes.push(lane, channel, tag);
          }
          if (!isArbitratedFirst) arbitrate();
          crossbar.endCycle();
          return taken.sort();
        });
        const expected = addressCrossbarReference(laneCount, laneFifoDepth, arbitration, cycles, random);
        if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found).toEqual(expected);
        expect(countedCycles(crossbar.counters)).toBe(cycles.length);
      }
    },
  );

  it("gives a channel to the lowest lane for as long as it asks, or to each in turn", () => {
    const winners = (arbitration: "lowest-index" | "round-robin") => {
      const crossbar = new AddressCrossbar({ laneCount: 3, channelCount: 1, arbitration });
      const lanes: number[] = [];
      for (let cycle = 0; cycle < 7; cycle++) {
        for (let lane = 0; lane < 3; lane++) crossbar.lanes.push(lane, 0, cycle);
        crossbar.arbitrate(
          () => true,
          (_channel, lane) => lanes.push(lane),
        );
        crossbar.endCycle();
      }
      return lanes;
    };
    expect(winners("lowest-index")).toEqual([0, 0, 0, 0, 0, 0]);
    expect(winners("round-robin")).toEqual([0, 1, 2, 0, 1, 2]);
  });
});

describe("the data crossbar", () => {
  it("hands each lane its responses in the order of its requests, whatever the channels' pace", () => {
    const random = createRandom(11);
    for (let run = 0; run < 10_000; run++) {
      const [laneCount, channelCount] = [1 + random.integer(5), 1 + random.integer(4)];
      const shape = { laneCount, channelCount, laneFifoDepth: 1 + random.integer(4) };
      const addresses = new AddressCrossbar(shape);
      const data = new DataCrossbar(shape);
      const channels = Array.from({ length: channelCount }, (): { lane: number; tag: number }[] => []);
      const received = Array.from({ length: laneCount }, (): number[] => []);
      const issued = new Int32Array(laneCount);
      const perLane = 12;
      let cycle = 0;
      for (; received.some((tags) => tags.length < perLane); cycle++) {
        if (cycle > 5000) expect.fail("the crossbars are stuck");
        const awake = channels.map((queue) => queue.length > 0 && random.next() < 0.5);
        const steps = [
          () => {
            for (let lane = 0; lane < laneCount; lane++) {
              if (issued[lane]! < perLane && addresses.lanes.canPush(lane)) {
                addresses.lanes.push(lane, random.integer(channelCount), issued[lane]!++);
              }
            }
          },
          () => {
            for (let lane = 0; lane < laneCount; lane++) {
              if (!data.lanes.canPop(lane) || random.next() < 0.3) continue;
              received[lane]!.push(data.lanes.headTag(lane));
              data.lanes.pop(lane);
            }
          },
          () =>
            data.arbitrate(
              (channel) => (awake[channel] ? channels[channel]![0]!.lane : -1),
              (channel) => channels[channel]!.shift()!.tag,
            ),
        ];
        for (const step of steps.sort(() => random.next() - 0.5)) step();
        addresses.arbitrate(
          () => true,
          (channel, lane, tag) => {
            channels[channel]!.push({ lane, tag });
            data.expect(lane, channel);
          },
        );
        addresses.endCycle();
        data.endCycle();
      }
      const inOrder = Array.from({ length: perLane }, (_, tag) => tag);
      for (const tags of received) expect(tags).toEqual(inOrder);
      expect(data.counters.events.responses).toBe(laneCount * perLane);
      expect(countedCycles(data.counters)).toBe(cycle);
    }
  });
});
