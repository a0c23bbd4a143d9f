import { lookUp } from "../../base/registry.ts";
import { spattenPresets } from "../../machines/spatten/presets.ts";
import { type FidelityPoint, fidelityDistance } from "../spatten/fidelity-distance.ts";
import { randomWorkloads } from "../spatten/random-workloads.ts";
import { type OfficialName, officialFiles, officialNeeds, readOfficial } from "./official-workloads.ts";
import { folderOf, type Oracle } from "./oracle.ts";
import { Tally } from "./tally.ts";

const RANDOM_COUNT = 100;
/** What users of the closed form are promised on the average. */
const MOST_MEAN_DISTANCE = 1.1;

const officialNames = Object.keys(officialFiles) as readonly OfficialName[];

/** The closed form against the clocked machine. */
export const fidelityOracles: readonly Oracle[] = ["spatten", "spatten-eighth"].map((id) => ({
  id: `fidelity-${id}`,
  title: `${id}: cycle ÷ analytical`,
  compared: `geometric mean of max(r, 1/r) over ${RANDOM_COUNT} random and ${officialNames.length} official workloads, at most ${MOST_MEAN_DISTANCE.toFixed(2)}`,
  kind: "law" as const,
  needs: officialNeeds(...officialNames),
  *run(context) {
    const { parameters } = lookUp(spattenPresets, id, "machine preset");
    const folder = folderOf(context, "workloads");
    const named = [
      ...randomWorkloads(RANDOM_COUNT).map((workload, seed) => ({ name: `random ${seed}`, workload })),
      ...officialNames.map((name) => ({ name, workload: readOfficial(folder, name) })),
    ];
    const distance = yield* fidelityDistance(parameters, named);
    const mean = distance.meanDistanceRatio;
    const tally = new Tally();
    tally.add(
      mean <= MOST_MEAN_DISTANCE
        ? []
        : [
            {
              where: "geometric mean",
              expected: `at most ${MOST_MEAN_DISTANCE.toFixed(2)}`,
              got: mean.toFixed(3),
            },
          ],
    );
    const official = distance.points.slice(RANDOM_COUNT).map(tell).join(", ");
    return tally.outcome(
      `bound over ${named.length} workloads`,
      `${mean.toFixed(3)}; 95th percentile ${tell(distance.percentile95)}, worst ${tell(distance.worst)}; ${official}`,
    );
  },
}));

function tell({ name, cycleOverAnalyticalRatio }: FidelityPoint): string {
  return `${cycleOverAnalyticalRatio.toFixed(3)} (${name})`;
}
