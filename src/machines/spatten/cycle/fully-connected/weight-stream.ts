import { BITS_PER_BYTE } from "../../../../base/units.ts";
import { type FullyConnectedPlan, WEIGHT_TILE_PLACES } from "../../fully-connected/plan.ts";
import type { SpattenParameters } from "../../parameters.ts";
import { Fetch, StreamReader } from "../fetch.ts";
import type { Memory } from "../memory.ts";
import type { WeightLayout } from "./weight-layout.ts";

/**
 * The weights of a job on their way into the ring of tiles in the Value SRAM, once for each group of vectors: as many
 * tiles are asked for as there are places, and a place is free once its last weight has met all vectors of the group.
 */
export class WeightStream {
  readonly #memory: Memory;
  readonly #reader: StreamReader;
  readonly #weightCount: number;
  readonly #blockWeights: number;
  readonly #passBlocks: number;
  readonly #tileBlocks: number;
  readonly #tilesPerPass: number;
  readonly #tileCount: number;
  /** Tiles that hold a place, the oldest first, and its number among the tiles of all groups. */
  readonly #tiles: Fetch[] = [];
  #firstTile = 0;

  constructor(parameters: SpattenParameters, plan: FullyConnectedPlan, memory: Memory, layout: WeightLayout) {
    const { valueSramBytes, datapathBits, dram } = parameters;
    this.#memory = memory;
    const baseBlock = layout.matrixBlock(plan.job);
    this.#reader = new StreamReader({ baseBlock, rowBlocks: 1, headOffset: 0, blocksPerRow: 1 });
    this.#weightCount = plan.weightCount;
    this.#blockWeights = (dram.transactionBytes * BITS_PER_BYTE) / plan.storedBits;
    this.#passBlocks = Math.ceil(plan.weightCount / this.#blockWeights);
    const placeWeights = (valueSramBytes * BITS_PER_BYTE) / datapathBits / WEIGHT_TILE_PLACES;
    this.#tileBlocks = Math.max(1, Math.floor(placeWeights / this.#blockWeights));
    this.#tilesPerPass = Math.ceil(this.#passBlocks / this.#tileBlocks);
    this.#tileCount = this.#tilesPerPass * plan.groupVectorCounts.length;
  }

  /** Whether a place is free and a tile left to be asked for. */
  get canAsk(): boolean {
    return this.#tiles.length < WEIGHT_TILE_PLACES && this.#firstTile + this.#tiles.length < this.#tileCount;
  }

  ask(): void {
    while (this.canAsk) {
      const tile = (this.#firstTile + this.#tiles.length) % this.#tilesPerPass;
      const first = tile * this.#tileBlocks;
      const count = Math.min(this.#tileBlocks, this.#passBlocks - first);
      const blocks = Int32Array.from({ length: count }, (_, place) => first + place);
      const fetch = new Fetch(this.#reader, blocks);
      this.#memory.enqueue(fetch, "ahead");
      this.#tiles.push(fetch);
    }
  }

  /** Whether the first so many weights of a group's reading are there. */
  has(group: number, weightCount: number): boolean {
    let left = Math.ceil(weightCount / this.#blockWeights) - this.#passedBlocks(group);
    for (const tile of this.#tiles) {
      if (left <= tile.rowsDone) return true;
      if (!tile.isDone) return false;
      left -= tile.rowCount;
    }
    return left <= 0;
  }

  /** Frees the places of tiles whose every weight is among the first so many of a group's reading. */
  release(group: number, weightCount: number): void {
    const isOver = weightCount === this.#weightCount;
    const usedTiles = isOver
      ? this.#tilesPerPass
      : Math.floor(Math.floor(weightCount / this.#blockWeights) / this.#tileBlocks);
    const end = group * this.#tilesPerPass + usedTiles;
    while (this.#tiles.length > 0 && this.#firstTile < end) {
      this.#tiles.shift();
      this.#firstTile++;
    }
  }

  /** Blocks of a group's reading that have been let go. */
  #passedBlocks(group: number): number {
    return (this.#firstTile - group * this.#tilesPerPass) * this.#tileBlocks;
  }
}
