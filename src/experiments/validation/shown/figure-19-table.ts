import { type DesignPoint, figure19 } from "../../spatten/figure-19.ts";
import { officialNeeds, readPer8 } from "../official-workloads.ts";
import { deviationOf, type ShownTable } from "./shown-table.ts";

const CHOICE = "the paper's choice, to which both are ratios";
const LOW =
  "ours falls further with few comparators, since per8 prunes values hard and the top-k dominates; the paper does not name its application";
const HIGH =
  "ours is still bound by the top-k in part; the application of the figure and its pruning ratios are not named";
const SRAM = "a generation streams K and V past its one query, so more SRAM changes nothing";
const CHOSEN_COMPARATORS = 16;
const CHOSEN_KIBIBYTES = 192;

/** Fig 19 as ratios: more comparators, more memory. */
export const figure19Tables: readonly ShownTable[] = (["analytical", "cycle"] as const).map((fidelity) => ({
  id: `figure-19-${fidelity}`,
  title: `Fig 19 on per8, ${fidelity}: throughput as a ratio to the paper's choice`,
  source: "SpAtten (HPCA 2021), Fig 19, on one GPT-2 application that it does not name",
  needs: officialNeeds("per8"),
  rows: async (context, rests) => {
    const workload = await readPer8(context, rests);
    const points = await figure19(workload, fidelity, [0], rests);
    return points.map((point) => ({
      quantity:
        point.parameter === "sramKibibytes"
          ? `K and V SRAM of ${point.value} KiB each`
          : `${point.value} comparator${point.value === 1 ? "" : "s"}`,
      published: point.publishedRatio.toFixed(3),
      ours: point.oursRatio.toFixed(3),
      deviation: deviationOf(point.oursRatio, point.publishedRatio),
      reason: reasonOf(point),
    }));
  },
}));

function reasonOf({ parameter, value }: DesignPoint): string {
  if (parameter === "sramKibibytes") return value === CHOSEN_KIBIBYTES ? CHOICE : SRAM;
  if (value === CHOSEN_COMPARATORS) return CHOICE;
  return value < CHOSEN_COMPARATORS ? LOW : HIGH;
}
