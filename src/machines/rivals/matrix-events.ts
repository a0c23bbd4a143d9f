import type { EventCounts, PassGroup } from "./design.ts";

/** Events of K and V rows on chip and of the two products over them, alike in every rival. */
export const matrixEvents = [
  "keySramWrittenBits",
  "keySramReadBits",
  "valueSramWrittenBits",
  "valueSramReadBits",
  "queryKeyMultiplies",
  "queryKeyAdds",
  "probabilityValueMultiplies",
  "probabilityValueAdds",
] as const;

/** Rows written, and the passes over them: Q·K reads the candidates, the output the kept rows. */
export function countMatrixPasses(
  events: EventCounts,
  rowBits: number,
  headDimension: number,
  keyCount: number,
  groups: readonly PassGroup[],
): void {
  events.keySramWrittenBits! += keyCount * rowBits;
  events.valueSramWrittenBits! += keyCount * rowBits;
  for (const { queryCount, pass } of groups) {
    const candidates = queryCount * pass.candidateCount;
    const kept = queryCount * pass.keptCount;
    events.keySramReadBits! += candidates * rowBits;
    events.queryKeyMultiplies! += candidates * headDimension;
    events.queryKeyAdds! += candidates * (headDimension - 1);
    events.valueSramReadBits! += kept * rowBits;
    events.probabilityValueMultiplies! += kept * headDimension;
    events.probabilityValueAdds! += kept * headDimension;
  }
}
