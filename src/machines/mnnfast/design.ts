import { lookUp } from "../../base/registry.ts";
import { type Anchor, anchors as publishedAnchors } from "../anchors.ts";
import { rivalAssumptions } from "../rivals/assumptions.ts";
import type { RivalDesign } from "../rivals/design.ts";
import { countMnnfastLoad, mnnfastEnergyTable, mnnfastEvents, mnnfastModuleAreas } from "./costs.ts";
import type { MnnfastParameters } from "./parameters.ts";
import { assumedKeptCount, mnnfastPass, mnnfastStations } from "./passes.ts";

/** Rows that each query of a head keeps, where they are known from tensors: by iteration, layer, head and query. */
export type KeptCountOf = (
  place: { readonly iteration: number; readonly layer: number; readonly head: number },
  query: number,
) => number;

/** MNNFast for the common parts of rivals; without `keptCountOf`, the assumed number of rows is kept. */
export function mnnfastDesign(
  parameters: MnnfastParameters,
  keptCountOf?: KeptCountOf,
  anchors: readonly Anchor[] = publishedAnchors,
): RivalDesign {
  return {
    title: "MNNFast",
    parameters,
    stations: mnnfastStations(parameters),
    passes: ({ head, headDimension, keyCount, firstQuery, queryCount }) => {
      const passOf = (keptCount: number) => mnnfastPass(parameters, headDimension, keyCount, keptCount);
      if (keptCountOf === undefined) {
        return [{ queryCount, pass: passOf(assumedKeptCount(parameters, keyCount)) }];
      }
      return Array.from({ length: queryCount }, (_, query) => ({
        queryCount: 1,
        pass: passOf(keptCountOf(head, firstQuery + query)),
      }));
    },
    sorts: false,
    preprocessCycles: () => 0,
    countsPreprocess: false,
    eventNames: mnnfastEvents,
    countLoad: (events, headDimension, keyCount, groups) =>
      countMnnfastLoad(events, parameters, headDimension, keyCount, groups),
    countPreprocess: () => undefined,
    energyRows: mnnfastEnergyTable(parameters),
    unitSquareMillimetres: mnnfastModuleAreas(parameters),
    published: {
      dynamicWatts: lookUp(anchors, "mnnfast-watts", "anchor").value,
      staticWatts: 0,
      includesDram: true,
      note: "input: 1 W for everything, DRAM included, as SpAtten's authors took it for an ASIC of an FPGA of 10 W; the area stays that of the tables",
    },
    assumptions: [
      ...rivalAssumptions("MNNFast", parameters),
      ...mnnfastAssumptions(parameters, keptCountOf !== undefined),
    ],
  };
}

function mnnfastAssumptions(parameters: MnnfastParameters, isMeasured: boolean): string[] {
  const { multipliers, zeroSkipping, chunkKeyCount, assumedKeepRatio } = parameters;
  const { mode, probabilityThreshold, skippedRowsTakeCycles } = zeroSkipping;
  const lines = [
    multipliers === "shared"
      ? "multipliers shared: Q·K of a query and its prob·V take turns (Table III's 120 GOP/s fit 128, not 256)"
      : `multipliers separate: prob·V runs beside Q·K, a chunk of ${chunkKeyCount} keys behind it`,
    "the embedding cache of MNNFast has no part in attention",
    "SpAtten's Table III says that MNNFast accelerates BERT; a generation is run all the same",
  ];
  if (mode === "off") return lines;
  lines.push(
    `unconfirmed: a value row is skipped below a probability of ${probabilityThreshold}; zero skipping ${mode}; a skipped row ${skippedRowsTakeCycles ? "still takes its cycle and saves energy alone" : "takes no cycle"}`,
  );
  if (!isMeasured) {
    const bound = mode === "exact" ? " and at most 1 / threshold rows" : "";
    lines.push(`kept rows are ${assumedKeepRatio} of the keys${bound}: counts alone cannot tell`);
  }
  return lines;
}
