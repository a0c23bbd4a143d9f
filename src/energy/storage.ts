import { scaleEnergyToNode } from "./scaling.ts";
import { type HowSure, sramReadPoints } from "./technology.ts";

/** A named figure behind storage and wires that no table above gives. */
export interface StorageFigure {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  readonly howSure: HowSure;
}

/** Figures of storage and wires at 40 nm. */
export const storageFigures = {
  sramCell: {
    id: "sram-cell",
    value: 0.242,
    unit: "square micrometres a bit",
    source: "published size of a 40 nm high-density 6T cell",
    howSure: "published",
  },
  sramArrayEfficiencyRatio: {
    id: "sram-array-efficiency",
    value: 0.5,
    unit: "cell area over macro area",
    source: "small banks: decoders, sense amplifiers and write masks take about as much as the cells",
    howSure: "assumed",
  },
  fifoBit: {
    id: "fifo-bit",
    value: 0.035,
    unit: "picojoules a bit pushed or popped",
    source:
      "64 entries × 8 B are 512 B: the published 8 KB and 32 KB reads (energy a bit goes with the square root of the capacity) carried down to 512 B, at 40 nm",
    howSure: "assumed",
  },
  fifoBitArea: {
    id: "fifo-bit-area",
    value: 1.6,
    unit: "square micrometres a bit",
    source: "two-port cell of twice the 6T cell, array efficiency 0.3 for 64 entries",
    howSure: "assumed",
  },
  registerBit: {
    id: "register-bit",
    value: 0.004,
    unit: "picojoules a bit written",
    source: "a flip-flop with its clock load switches about 5 fF at 0.9 V: C × V²",
    howSure: "assumed",
  },
  registerBitArea: {
    id: "register-bit-area",
    value: 4,
    unit: "square micrometres a bit",
    source: "a standard-cell flip-flop at 40 nm: about 16 times the 6T cell",
    howSure: "assumed",
  },
  crossbarBit: {
    id: "crossbar-bit",
    value: 0.1,
    unit: "picojoules a bit carried across",
    source:
      "1.2 mm of wire (the fetcher's published 2.65 mm² are 1.6 mm wide) at 0.2 pF/mm, 0.9 V, every second bit switching",
    howSure: "assumed",
  },
  crossbarPointArea: {
    id: "crossbar-point-area",
    value: 2,
    unit: "square micrometres a crosspoint and bit",
    source: "two-input multiplexer at 40 nm",
    howSure: "assumed",
  },
} as const satisfies Readonly<Record<string, StorageFigure>>;

/**
 * Picojoules a bit read from (or, assumed equal, written to) a bank of that capacity: the published points, joined
 * by straight lines in log-log, and carried on along the nearest line outside them.
 */
export function sramPicojoulesPerBit(bankBytes: number, nodeNanometres: number): number {
  const last = sramReadPoints.length - 1;
  const after = sramReadPoints.findIndex((point) => point.capacityBytes >= bankBytes);
  const upper = Math.max(1, after === -1 ? last : after);
  const from = sramReadPoints[upper - 1]!;
  const to = sramReadPoints[upper]!;
  const position = Math.log(bankBytes / from.capacityBytes) / Math.log(to.capacityBytes / from.capacityBytes);
  const fromPicojoules = from.picojoulesPerWord / from.wordBits;
  const toPicojoules = to.picojoulesPerWord / to.wordBits;
  const picojoules = fromPicojoules * (toPicojoules / fromPicojoules) ** position;
  return scaleEnergyToNode(picojoules, 45, nodeNanometres);
}

/** Square micrometres of a memory of so many bytes at 40 nm. */
export function sramSquareMicrometres(bytes: number): number {
  return (bytes * 8 * storageFigures.sramCell.value) / storageFigures.sramArrayEfficiencyRatio.value;
}
