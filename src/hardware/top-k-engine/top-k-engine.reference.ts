import { LaneFifo } from "../lane-fifo.ts";
import { ZeroEliminator } from "../zero-eliminator.ts";
import { passOverheadCycles, type TopKEngineParameters } from "./parameters.ts";
import type { PivotChoice } from "./pivots.ts";

/** What the clocked engine did. */
export interface ClockedTopK {
  readonly kept: readonly number[];
  readonly passes: readonly number[];
  readonly loadCycles: number;
  readonly selectCycles: number;
  readonly filterCycles: number;
  readonly busyCycles: number;
  readonly drainCycles: number;
  readonly fifoPushes: number;
  readonly fifoPops: number;
}

/**
 * The engine clocked every cycle, of real FIFOs and zero eliminators (SpAtten Fig. 9), for 0 < k < n and n within the
 * FIFOs, with an overhead of at least the eliminators' two registers.
 */
export function clockedTopK(
  parameters: TopKEngineParameters,
  values: readonly number[],
  k: number,
  choosePivot: PivotChoice,
): ClockedTopK {
  const laneCount = parameters.comparatorCountPerArray;
  const fifoShape = { laneCount, depthLines: parameters.fifoDepthLines };
  const input = new LaneFifo<number>(fifoShape);
  const fifos = { left: new LaneFifo<number>(fifoShape), right: new LaneFifo<number>(fifoShape) };
  const passes: number[] = [];
  let [busyCycles, drainCycles, loadCycles] = [0, 0, 0];

  for (; loadCycles * laneCount < values.length; loadCycles++) {
    input.push(values.slice(loadCycles * laneCount, (loadCycles + 1) * laneCount));
    input.endCycle();
  }

  /** Streams the oldest items of a FIFO through the two arrays into two others; returns its cycles. */
  const stream = (
    from: LaneFifo<number>,
    to: readonly LaneFifo<number>[],
    tests: readonly ((value: number) => boolean)[],
  ): number => {
    // Two registers are the eliminator's own; what the parameters say beyond that is spent turning the line.
    const realignCycles = passOverheadCycles(parameters) - 2;
    const eliminators = tests.map(() => new ZeroEliminator<number>({ realignCycles }));
    let left = from.fill;
    let lines = Math.ceil(left / laneCount);
    let cycles = 0;
    while (lines > 0) {
      const count = Math.min(left, laneCount);
      const line = count > 0 ? from.pop(count) : undefined;
      left -= count;
      if (line === undefined) drainCycles++;
      else busyCycles++;
      for (const [array, test] of tests.entries()) {
        const masked = line?.map((value) => (test(value) ? value : undefined));
        const packed = eliminators[array]!.cycle(masked);
        if (packed === undefined) continue;
        to[array]!.push(packed);
        if (array === 0) lines--;
      }
      for (const fifo of new Set([from, ...to])) fifo.endCycle();
      cycles++;
    }
    return cycles;
  };

  let source = new LaneFifo<number>(fifoShape);
  for (let line = 0; line * laneCount < values.length; line++) {
    source.push(values.slice(line * laneCount, (line + 1) * laneCount));
    source.endCycle();
  }
  let target = k;
  let selectCycles = 0;
  for (;;) {
    const items = Array.from({ length: source.fill }, (_, place) => source.peek(place)!);
    const pivot = items[choosePivot(items, items.length, target)]!;
    passes.push(items.length);
    if (source !== fifos.left) fifos.left.clear();
    if (source !== fifos.right) fifos.right.clear();
    selectCycles += stream(
      source,
      [fifos.left, fifos.right],
      [(value) => value < pivot, (value) => value > pivot],
    );
    const equals = items.length - fifos.left.fill - fifos.right.fill;
    if (fifos.right.fill + equals < target) {
      target -= fifos.right.fill + equals;
      source = fifos.left;
    } else if (fifos.right.fill >= target) source = fifos.right;
    else {
      let equalLeft = target - fifos.right.fill;
      const output = new LaneFifo<number>(fifoShape);
      const keeps = (value: number) => value > pivot || (value === pivot && equalLeft-- > 0);
      const filterCycles = stream(input, [output], [keeps]);
      const kept = Array.from({ length: output.fill }, (_, place) => output.peek(place)!);
      const fifoPushes = fifos.left.events.pushes + fifos.right.events.pushes;
      const fifoPops = fifos.left.events.pops + fifos.right.events.pops;
      return {
        kept,
        passes,
        loadCycles,
        selectCycles,
        filterCycles,
        busyCycles,
        drainCycles,
        fifoPushes,
        fifoPops,
      };
    }
  }
}
