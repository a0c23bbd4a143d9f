import type { Random } from "../base/random.ts";
import type { MatrixFetcherParameters } from "./matrix-fetcher.ts";
import { type MatrixRows, placeOfBlock } from "./matrix-requests.ts";

/** One transaction and its way through the fetcher, as the cycles of its stations. */
interface Trip {
  readonly lane: number;
  readonly channel: number;
  /** In the lane's address FIFO from the next cycle on. */
  issued: number;
  accepted: number;
  /** In the lane's data FIFO from the next cycle on. */
  received: number;
  collected: number;
}

/** The cycles in which rows become whole, for channels that answer a fixed time after they took a read. */
export interface FetchTimes {
  readonly rowCycles: readonly number[];
  readonly acceptedCycles: readonly number[];
}

/** Channels that take a read in the cycles allowed and show the response `latencyCycles` later, one a cycle. */
export interface SimpleChannels {
  readonly latencyCycles: number;
  readonly accepts: (channel: number, cycle: number) => boolean;
}

/**
 * The fetcher as a list of trips, each cycle found by looking at all of them, in a random order of channels and lanes.
 */
export function fetchReference(
  parameters: MatrixFetcherParameters,
  matrices: readonly MatrixRows[],
  channels: SimpleChannels,
  random: Random,
): FetchTimes {
  const { laneCount, channelCount, transactionBytes, laneFifoDepth, arbitration } = parameters;
  const trips: Trip[] = [];
  const rowLastTrips: number[] = [];
  const fragments: Trip[][] = [];
  for (const { baseBytes, rowBytes, rows } of matrices) {
    const firstTrip = trips.length;
    for (const row of Array.from(rows)) {
      const start = baseBytes + row * rowBytes;
      const first = start - (start % transactionBytes);
      for (let byte = first; byte < start + rowBytes; byte += transactionBytes) {
        const { channel } = placeOfBlock(byte / transactionBytes, channelCount, transactionBytes);
        const never = Infinity;
        const lane = (trips.length - firstTrip) % laneCount;
        trips.push({ lane, channel, issued: never, accepted: never, received: never, collected: never });
        if (lane === 0) fragments.push([]);
        fragments.at(-1)!.push(trips.at(-1)!);
      }
      rowLastTrips.push(trips.length - 1);
    }
  }
  const shuffled = (count: number) =>
    Array.from({ length: count }, (_, place) => place).sort(() => random.next() - 0.5);
  const lastLane = new Array<number>(channelCount).fill(laneCount - 1);
  for (let cycle = 0; trips.some((trip) => trip.collected === Infinity); cycle++) {
    const before = (time: number) => time < cycle;
    const inAddressFifo = (lane: number) =>
      trips.filter((trip) => trip.lane === lane && before(trip.issued) && !before(trip.accepted));
    const inDataFifo = (lane: number) =>
      trips.filter((trip) => trip.lane === lane && before(trip.received) && !before(trip.collected));
    const steps = [
      () => {
        const next = fragments.find((fragment) => fragment[0]!.issued === Infinity);
        const underWay = fragments.filter(([first]) => before(first!.issued) && !before(first!.collected));
        if (underWay.length < laneFifoDepth) for (const trip of next ?? []) trip.issued = cycle;
      },
      () => {
        const next = fragments.find((fragment) => fragment[0]!.collected === Infinity);
        if (next?.every((trip) => before(trip.received))) for (const trip of next) trip.collected = cycle;
      },
      () => {
        for (const channel of shuffled(channelCount)) {
          if (!channels.accepts(channel, cycle)) continue;
          const heads = Array.from({ length: laneCount }, (_, lane) => inAddressFifo(lane)[0]);
          const wanting = heads.filter((trip) => trip?.channel === channel);
          const after = wanting.find((trip) => trip!.lane > lastLane[channel]!);
          const winner = (arbitration === "round-robin" ? after : undefined) ?? wanting[0];
          if (winner === undefined) continue;
          winner.accepted = cycle;
          lastLane[channel] = winner.lane;
        }
      },
      () => {
        const oldest = shuffled(channelCount).map((channel) => {
          const waiting = trips.filter((trip) => trip.channel === channel && !before(trip.received));
          return waiting.sort((left, right) => left.accepted - right.accepted)[0];
        });
        for (const trip of oldest) {
          if (trip === undefined || !(trip.accepted + channels.latencyCycles <= cycle)) continue;
          const isNextOfLane =
            trips.find((other) => other.lane === trip.lane && !before(other.received)) === trip;
          if (isNextOfLane && inDataFifo(trip.lane).length < laneFifoDepth) trip.received = cycle;
        }
      },
    ];
    for (const step of shuffled(steps.length)) steps[step]!();
  }
  return {
    rowCycles: rowLastTrips.map((trip) => trips[trip]!.collected + parameters.realignCycles),
    acceptedCycles: trips.map((trip) => trip.accepted),
  };
}
