import type { SoftmaxParameters } from "./softmax-parameters.ts";
import type { SoftmaxPassage } from "./softmax-timing.ts";

/** A line on its way: which query's, and whether it is the last of it. */
interface TravellingLine {
  readonly query: number;
  readonly isLast: boolean;
}

/** The softmax clocked every cycle: registers, a FIFO, a sum that takes its time, and registers again. */
export function clockedSoftmax(
  parameters: SoftmaxParameters,
  queries: readonly (readonly number[])[],
): readonly SoftmaxPassage[] {
  const front = new Array<TravellingLine | undefined>(
    parameters.dequantizeCycles + parameters.exponentialCycles,
  ).fill(undefined);
  const fifo: TravellingLine[] = [];
  const waiting = queries.flatMap((readyCycles, query) =>
    readyCycles.map((readyCycle, line) => ({
      readyCycle,
      line: { query, isLast: line === readyCycles.length - 1 },
    })),
  );
  const sumCycles = new Map<number, number>();
  const passages = queries.map(() => ({ ins: [] as number[], outs: [] as number[] }));
  const backCycles = parameters.divideCycles + parameters.quantizeCycles;
  const lineCount = waiting.length;
  let leftCount = 0;
  for (let cycle = 0; leftCount < lineCount; cycle++) {
    // From the sink to the source, on what the FIFO held at the start of the cycle.
    const hadRoom = fifo.length < parameters.fifoDepthLines;
    const head = fifo[0];
    if (head !== undefined && (sumCycles.get(head.query) ?? Infinity) <= cycle) {
      fifo.shift();
      passages[head.query]!.outs.push(cycle + backCycles);
      leftCount++;
    }
    const push = (line: TravellingLine) => {
      fifo.push(line);
      if (line.isLast) sumCycles.set(line.query, cycle + Math.max(1, parameters.accumulateCycles));
    };
    const last = front.at(-1);
    if (last !== undefined && hadRoom) {
      push(last);
      front[front.length - 1] = undefined;
    }
    for (let stage = front.length - 1; stage > 0; stage--) {
      if (front[stage] !== undefined) continue;
      front[stage] = front[stage - 1];
      front[stage - 1] = undefined;
    }
    const next = waiting[0];
    if (next === undefined || next.readyCycle > cycle) continue;
    if (front.length === 0 ? !hadRoom : front[0] !== undefined) continue;
    waiting.shift();
    passages[next.line.query]!.ins.push(cycle);
    if (front.length === 0) push(next.line);
    else front[0] = next.line;
  }
  return passages.map(({ ins, outs }) => ({
    firstInCycle: ins[0]!,
    lastInCycle: ins.at(-1)!,
    firstOutCycle: outs[0]!,
    lastOutCycle: outs.at(-1)!,
  }));
}
