import { BITS_PER_BYTE, SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE } from "../../base/units.ts";
import { dramEventEnergies } from "../../energy/dram-energy.ts";
import type { EventEnergy } from "../../energy/post-pass.ts";
import { storageFigures } from "../../energy/storage.ts";
import { ADDRESS_BITS } from "../spatten/events.ts";
import type { EventCounts } from "./design.ts";
import { FETCHER } from "./layer-time.ts";
import type { LoadTraffic } from "./loads.ts";
import type { RivalParameters } from "./parameters.ts";

/** Events of fetcher and DRAM, as `spatten-eighth` counts them. */
export const fetcherEvents = [
  "addressFifoBits",
  "dataFifoBits",
  "crossbarBits",
  "dramActivates",
  "dramTransferredBits",
] as const;

/** Data bits at each port of the data crossbar. */
const PORT_DATA_BITS = 128;

/** The way of a load's transactions through FIFOs, crossbars and DRAM; activations are set at the end of the run. */
export function countTransactions(
  events: EventCounts,
  { dram }: RivalParameters,
  traffic: LoadTraffic,
): void {
  const { query, key, value, output } = traffic;
  const transactions = [query, key, value, output].reduce((sum, stream) => sum + stream.transactionCount, 0);
  const dataBits = dram.transactionBytes * BITS_PER_BYTE;
  events.addressFifoBits! += transactions * ADDRESS_BITS * 2;
  events.dataFifoBits! += transactions * dataBits * 2;
  events.crossbarBits! += transactions * (ADDRESS_BITS + dataBits);
  events.dramTransferredBits! += transactions * dataBits;
}

/** Picojoules of these events. */
export function fetcherEnergies({ energy }: RivalParameters): readonly EventEnergy[] {
  const { fifoBit, crossbarBit } = storageFigures;
  const row = (event: string, category: "sram" | "compute", figure: typeof fifoBit | typeof crossbarBit) => ({
    event,
    unit: FETCHER,
    category,
    picojoules: figure.value,
    source: figure.source,
    howSure: figure.howSure,
  });
  return [
    row("addressFifoBits", "sram", fifoBit),
    row("dataFifoBits", "sram", fifoBit),
    row("crossbarBits", "compute", crossbarBit),
    ...dramEventEnergies(energy.dramTable),
  ];
}

/** Square millimetres of FIFOs and crossbars, part by part as `spatten-eighth` has them. */
export function fetcherSquareMillimetres({ fetcher, dram }: RivalParameters): number {
  const portBits = ADDRESS_BITS + PORT_DATA_BITS;
  const fifos = fetcher.portCount * fetcher.fifoDepth * portBits * storageFigures.fifoBitArea.value;
  const points = fetcher.portCount * dram.channelCount * portBits * storageFigures.crossbarPointArea.value;
  return (fifos + points) / SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE;
}
