import type { Random } from "../base/random.ts";
import type { Arbitration } from "./arbiter.ts";

/** A request on its way, and when it entered its lane. */
interface Waiting {
  readonly channel: number;
  readonly tag: number;
  readonly cycle: number;
}

/** What the outside does in a cycle: requests offered to lanes, and channels that take. */
export interface AddressCycle {
  readonly offers: readonly { readonly lane: number; readonly channel: number; readonly tag: number }[];
  readonly readyChannels: ReadonlySet<number>;
}

/**
 * The address crossbar as lists of requests, its channels evaluated in a random order: the requests taken in each cycle
 * as `channel lane tag`, sorted. An offer to a lane that was full at the start of the cycle is lost.
 */
export function addressCrossbarReference(
  laneCount: number,
  depth: number,
  arbitration: Arbitration,
  cycles: readonly AddressCycle[],
  random: Random,
): readonly (readonly string[])[] {
  const lanes = Array.from({ length: laneCount }, (): Waiting[] => []);
  const lastWinner = new Map<number, number>();
  return cycles.map(({ offers, readyChannels }, cycle) => {
    const atStart = lanes.map((waiting) => [...waiting]);
    const taken: string[] = [];
    const channels = [...readyChannels].sort(() => random.next() - 0.5);
    for (const channel of channels) {
      const wanting = [...atStart.keys()].filter((lane) => atStart[lane]![0]?.channel === channel);
      if (wanting.length === 0) continue;
      const last = lastWinner.get(channel) ?? laneCount - 1;
      const after = wanting.find((lane) => lane > last) ?? wanting[0]!;
      const winner = arbitration === "round-robin" ? after : wanting[0]!;
      taken.push(`${channel} ${winner} ${lanes[winner]!.shift()!.tag}`);
      lastWinner.set(channel, winner);
    }
    for (const { lane, channel, tag } of offers) {
      if (atStart[lane]!.length < depth) lanes[lane]!.push({ channel, tag, cycle });
    }
    return taken.sort();
  });
}
