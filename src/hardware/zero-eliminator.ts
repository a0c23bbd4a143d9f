import * as z from "zod/mini";
import { parseWith } from "../base/schema.ts";
import { latencyCycles, powerOfTwoUpTo } from "./parameter-ranges.ts";

/** A line of P lanes; an empty lane is a "zero". What is kept may itself have the value 0. */
export type Line<Item> = readonly (Item | undefined)[];

/**
 * The zero eliminator (SpAtten section IV-D, Fig. 10). The paper prints no latency; the official RTL registers the prefix
 * sum and the shifter at their last layer only, one cycle each, and realigns to full lines in one more.
 */
export const zeroEliminatorParametersSchema = z.strictObject({
  laneCount: z._default(powerOfTwoUpTo(4096), 16),
  /** `last-layer`: one register after the prefix sum, one after the shifter. `every-layer`: one after each layer. */
  registering: z._default(z.enum(["last-layer", "every-layer"]), "last-layer"),
  /** Turning a packed line to the banks of the memory behind, where the next free place is. */
  realignCycles: z._default(latencyCycles(), 1),
});

export type ZeroEliminatorParameters = z.infer<typeof zeroEliminatorParametersSchema>;

/** Cycles from a line's entry until its items are written behind the eliminator. */
export function zeroEliminatorLatencyCycles(parameters: ZeroEliminatorParameters): number {
  const layerCount = Math.log2(parameters.laneCount);
  const shiftCycles = parameters.registering === "last-layer" ? 2 : 2 * layerCount;
  return shiftCycles + parameters.realignCycles;
}

/** For each lane the empty ones before it: a parallel prefix sum in log2(P) layers. */
export function prefixEmptyCounts<Item>(line: Line<Item>): number[] {
  // Exclusive: each lane starts with its left neighbour's bit, and layer r adds the sum 2^r lanes to the left.
  let sums: number[] = line.map((_, lane) => (lane > 0 && line[lane - 1] === undefined ? 1 : 0));
  for (let distance = 1; distance < line.length; distance *= 2) {
    sums = sums.map((sum, lane) => sum + (lane >= distance ? sums[lane - distance]! : 0));
  }
  return sums;
}

/** A packed line, and how many items moved in all layers together. */
export interface PackedLine<Item> {
  readonly lanes: Line<Item>;
  readonly moves: number;
}

/**
 * The line with its items moved left, order kept, empty lanes last: layer r moves an item by 2^r lanes where bit r of its
 * count is set; the count travels along. Lanes any number. SpAtten Fig. 10.
 */
export function eliminateZeros<Item>(line: Line<Item>): PackedLine<Item> {
  let lanes = line;
  let counts: readonly number[] = prefixEmptyCounts(line);
  let moves = 0;
  for (let distance = 1; distance < line.length; distance *= 2) {
    const moved = new Array<Item | undefined>(line.length).fill(undefined);
    const movedCounts = new Array<number>(line.length).fill(0);
    for (const [lane, item] of lanes.entries()) {
      if (item === undefined) continue;
      const shifts = (counts[lane]! & distance) !== 0;
      const target = shifts ? lane - distance : lane;
      moved[target] = item;
      movedCounts[target] = counts[lane]!;
      if (shifts) moves++;
    }
    lanes = moved;
    counts = movedCounts;
  }
  return { lanes, moves };
}

/** The clocked pipeline: a line a cycle in, its items together at the front `latencyCycles` later; never stalls. */
export class ZeroEliminator<Item> {
  readonly latencyCycles: number;
  readonly events = { lines: 0, items: 0, laneMoves: 0 };
  readonly #stages: (Item[] | undefined)[];
  #now = 0;

  /** @throws SpattenError `config` for lanes that are no power of two. */
  constructor(parameters: z.input<typeof zeroEliminatorParametersSchema> = {}) {
    const parsed = parseWith(zeroEliminatorParametersSchema, parameters, { what: "zero eliminator" });
    this.latencyCycles = zeroEliminatorLatencyCycles(parsed);
    this.#stages = new Array<Item[] | undefined>(this.latencyCycles + 1).fill(undefined);
  }

  /** One cycle: the line that enters, if one does; returns the items of the one that leaves, if one does. */
  cycle(line: Line<Item> | undefined): readonly Item[] | undefined {
    if (line !== undefined) {
      const { lanes, moves } = eliminateZeros(line);
      const items = lanes.filter((item) => item !== undefined);
      this.events.lines++;
      this.events.items += items.length;
      this.events.laneMoves += moves;
      this.#stages[(this.#now + this.latencyCycles) % this.#stages.length] = items;
    }
    const slot = this.#now % this.#stages.length;
    const leaving = this.#stages[slot];
    this.#stages[slot] = undefined;
    this.#now++;
    return leaving;
  }
}
