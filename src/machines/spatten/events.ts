import { BITS_PER_BYTE } from "../../base/units.ts";
import type { AttentionJob } from "../../workload/attention-workload.ts";
import type { SpattenParameters } from "./parameters.ts";
import { refetchedQueryCount, totalValueCount } from "./query-groups.ts";
import { expectedItems } from "./top-k-latency.ts";
import { dramCommandsOf, type HeadTraffic } from "./traffic.ts";

/** Everything that is counted and later paid: the keys of a report's `events`. */
export const eventNames = [
  "addressFifoBits",
  "dataFifoBits",
  "crossbarBits",
  "convertedBits",
  "queryKeyMultiplies",
  "queryKeyAdds",
  "queryKeyRegisterBits",
  "keySramWrittenBits",
  "keySramReadBits",
  "dequantizations",
  "exponentialFusedMultiplyAdds",
  "softmaxAccumulations",
  "divisions",
  "requantizations",
  "softmaxFifoBits",
  "maximumComparisons",
  "topKComparisons",
  "topKFifoBits",
  "zeroEliminatorMoves",
  "probabilityValueMultiplies",
  "probabilityValueAdds",
  "probabilityValueRegisterBits",
  "valueSramWrittenBits",
  "valueSramReadBits",
  "tokenScoreAccumulations",
  "headScoreAccumulations",
  "scoreMemoryBits",
  "dramActivates",
  "dramTransferredBits",
] as const;
export type EventName = (typeof eventNames)[number];
export type EventCounts = Record<EventName, number>;

/** Multiply-adds of the fifth-order Taylor series of the exponential (Nilsson et al., NORCHIP 2014). */
export const EXPONENTIAL_ORDER = 5;
/** What a top-k engine carries for each score: 12 bits and a 12-bit position. */
export const TOP_K_ITEM_BITS = 24;
/** Bits of an address in the fetcher's FIFOs (Table I: 8 B). */
export const ADDRESS_BITS = 64;
/** Bits of a score in the softmax, and of an accumulated importance. */
export const FLOAT_BITS = 32;

export function noEvents(): EventCounts {
  return Object.fromEntries(eventNames.map((name) => [name, 0])) as EventCounts;
}

/** Items that a job's top-k runs are expected to send through the comparators, rounded to whole ones event by event. */
export function expectedTopKItems(job: AttentionJob): number {
  return job.topK.reduce(
    (sum, { n, k, count }) => sum + (k >= n ? 0 : Math.round(count * expectedItems(n, k))),
    0,
  );
}

/** Adds the events of one head; `topKItems` went through the comparators of both engines to find their thresholds. */
export function countEvents(
  events: EventCounts,
  parameters: SpattenParameters,
  headDimension: number,
  job: AttentionJob,
  traffic: HeadTraffic,
  topKItems: number,
): void {
  countFetcher(events, parameters, headDimension, traffic);
  const passes = job.queryCount + refetchedQueryCount(job);
  const scores = passes * job.keyCount;
  const rowBits = headDimension * parameters.datapathBits;
  const productBits = 2 * parameters.datapathBits;
  const queryKeyAdds = scores * (headDimension - 1);
  events.queryKeyMultiplies += scores * headDimension;
  events.queryKeyAdds += queryKeyAdds;
  events.queryKeyRegisterBits += (scores * headDimension + queryKeyAdds) * productBits + passes * rowBits;
  events.keySramWrittenBits +=
    traffic.key.rowCount * rowBits + traffic.keyLsb.rowCount * headDimension * job.keyLsbBits;
  events.keySramReadBits += scores * rowBits;
  events.dequantizations += scores;
  events.exponentialFusedMultiplyAdds += scores * EXPONENTIAL_ORDER;
  events.softmaxAccumulations += scores;
  events.divisions += scores;
  events.requantizations += scores;
  events.softmaxFifoBits += scores * 2 * FLOAT_BITS;
  events.maximumComparisons += scores;
  const products = totalValueCount(job) * headDimension;
  events.probabilityValueMultiplies += products;
  events.probabilityValueAdds += products;
  events.probabilityValueRegisterBits += 2 * products * productBits;
  events.valueSramWrittenBits += traffic.value.rowCount * rowBits;
  events.valueSramReadBits += totalValueCount(job) * rowBits;
  const tokenScores = job.queryCount * job.keyCount;
  const headScores = job.queryCount * headDimension;
  events.tokenScoreAccumulations += tokenScores;
  events.headScoreAccumulations += headScores;
  events.scoreMemoryBits += (tokenScores + headScores) * 2 * FLOAT_BITS;
  countTopK(events, parameters, job, topKItems);
}

function countFetcher(
  events: EventCounts,
  parameters: SpattenParameters,
  headDimension: number,
  traffic: HeadTraffic,
): void {
  const { query, key, keyLsb, value } = traffic;
  const loadedRows = query.rowCount + key.rowCount + keyLsb.rowCount + value.rowCount;
  countTransactions(events, parameters, dramCommandsOf(traffic), loadedRows * headDimension);
}

/** The way of transactions through FIFOs, crossbars and DRAM, and of loaded elements through the bit-width converter. */
export function countTransactions(
  events: EventCounts,
  parameters: SpattenParameters,
  { activates, reads, writes }: ReturnType<typeof dramCommandsOf>,
  loadedElements: number,
): void {
  const transactions = reads + writes;
  const dataBits = parameters.dram.transactionBytes * BITS_PER_BYTE;
  events.addressFifoBits += transactions * ADDRESS_BITS * 2;
  events.dataFifoBits += transactions * dataBits * 2;
  events.crossbarBits += transactions * (ADDRESS_BITS + dataBits);
  events.convertedBits += loadedElements * parameters.datapathBits;
  events.dramActivates += activates;
  events.dramTransferredBits += transactions * dataBits;
}

/** Quick-select: each item meets both comparator arrays and one of the FIFOs; then the filter over all n. */
function countTopK(
  events: EventCounts,
  { topKComparatorCount }: SpattenParameters,
  job: AttentionJob,
  items: number,
): void {
  const filtered = job.topK.reduce((sum, { n, k, count }) => sum + (k >= n ? 0 : count * n), 0);
  const layers = Math.ceil(Math.log2(topKComparatorCount));
  events.topKComparisons += 2 * items + filtered;
  events.topKFifoBits += 2 * (items + filtered) * TOP_K_ITEM_BITS;
  events.zeroEliminatorMoves += (2 * items + filtered) * layers;
}
