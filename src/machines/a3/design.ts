import { lookUp } from "../../base/registry.ts";
import { sortCycles } from "../../hardware/column-sorter.ts";
import { type Anchor, anchors as publishedAnchors } from "../anchors.ts";
import { rivalAssumptions } from "../rivals/assumptions.ts";
import type { RivalDesign } from "../rivals/design.ts";
import { a3ModuleAreas } from "./area-table.ts";
import { a3EnergyTable } from "./energy-table.ts";
import { a3Events, countA3Load, countA3Sort } from "./events.ts";
import { type A3Parameters, searches } from "./parameters.ts";
import { a3Pass, a3Stations, assumedSelection, type RowSelection } from "./passes.ts";

/** Rows that each query of a head keeps, where they are known from tensors: by iteration, layer, head and query. */
export type SelectionOf = (
  place: { readonly iteration: number; readonly layer: number; readonly head: number },
  query: number,
) => RowSelection;

/** A3 for the common parts of rivals; without `selectionOf`, the selection is the assumed one. */
export function a3Design(
  parameters: A3Parameters,
  selectionOf?: SelectionOf,
  anchors: readonly Anchor[] = publishedAnchors,
): RivalDesign {
  const published = (id: string): number => lookUp(anchors, id, "anchor").value;
  return {
    title: "A3",
    parameters,
    stations: a3Stations(parameters),
    passes: ({ head, headDimension, keyCount, firstQuery, queryCount }) => {
      const passOf = (selection: RowSelection) => a3Pass(parameters, headDimension, keyCount, selection);
      if (selectionOf === undefined) {
        return [{ queryCount, pass: passOf(assumedSelection(parameters, keyCount)) }];
      }
      return Array.from({ length: queryCount }, (_, query) => ({
        queryCount: 1,
        pass: passOf(selectionOf(head, firstQuery + query)),
      }));
    },
    sorts: searches(parameters),
    preprocessCycles: (headDimension, keyCount) =>
      searches(parameters) ? sortCycles(keyCount, headDimension, parameters.sorting.sorterCount) : 0,
    countsPreprocess: parameters.sorting.counted,
    eventNames: a3Events(parameters),
    countLoad: (events, headDimension, keyCount, groups) =>
      countA3Load(events, parameters, headDimension, keyCount, groups),
    countPreprocess: (events, headDimension, keyCount) =>
      countA3Sort(events, parameters, headDimension, keyCount),
    energyRows: a3EnergyTable(parameters),
    unitSquareMillimetres: a3ModuleAreas(parameters),
    published: {
      dynamicWatts: published("a3-dynamic-watts"),
      staticWatts: published("a3-static-watts"),
      includesDram: false,
      squareMillimetres: published("a3-square-millimetres"),
      note: "99 mW dynamic and 11.5 mW static for as long as the run takes (unconfirmed), 2.08 mm² (Table III); DRAM on top",
    },
    assumptions: [
      ...rivalAssumptions("A3", parameters),
      ...a3Assumptions(parameters, selectionOf !== undefined),
    ],
  };
}

function a3Assumptions(parameters: A3Parameters, isMeasured: boolean): string[] {
  const {
    assumedSelection: assumed,
    moduleOverheadCycles,
    candidateSearch,
    sorting,
    scanWidthCount,
  } = parameters;
  const lines = [
    `unconfirmed: three modules in series, each holding a query for its rows and ${moduleOverheadCycles} cycles; a query every n + 9 cycles, latency 3n + 27`,
    "unconfirmed: number format, presets M and T, scan width and power of A3 were remembered, not read again",
    "more multipliers than a head has elements take several rows a cycle, and the exponent as many",
    "SpAtten's Table III says that A3 accelerates BERT; a generation is run all the same",
  ];
  if (searches(parameters)) {
    const ratio = candidateSearch.iterationsPerKeyRatio;
    lines.push(
      `a search takes ${candidateSearch.fillCycles} cycles of fill, M = ${ratio} n iterations and a scan of ${scanWidthCount} rows a cycle; its products are no executed operations`,
      `columns are sorted by ${sorting.sorterCount} merge sorters, a row a cycle; ${sorting.counted ? "in" : "left out of"} time and energy`,
    );
  }
  const selects = searches(parameters) || parameters.postScoringPercent > 0;
  if (selects && !isMeasured) {
    lines.push(
      `candidates are ${assumed.candidateKeepRatio} of the keys (at most M), kept rows ${assumed.keptKeepRatio} of them: counts alone cannot tell`,
    );
  }
  return lines;
}
