import type { SearchOptions } from "./search.ts";
import type { Candidate, KnobGroup, SearchSpace } from "./search-space.ts";

/** Every candidate of a space. */
export function allCandidates({ groups }: SearchSpace): Candidate[] {
  return groups.reduce<Candidate[]>(
    (candidates, group) =>
      candidates.flatMap((candidate) => allLevels(group).map((levels) => [...candidate, levels])),
    [[]],
  );
}

function allLevels({ knobs, kind }: KnobGroup): number[][] {
  return knobs.reduce<number[][]>(
    (all, { settings }) =>
      all.flatMap((levels) =>
        settings
          .map((_, level) => level)
          .filter((level) => kind === "free" || level >= (levels.at(-1) ?? 0))
          .map((level) => [...levels, level]),
      ),
    [[]],
  );
}

/** The least cost within the floor, by trying everything on all rows. */
export async function exhaustiveCost(options: SearchOptions): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of allCandidates(options.space)) {
    const { assuredLossPoints, costRatio } = await options.judge(candidate, options.rungCount - 1);
    if (assuredLossPoints <= options.floorPoints) least = Math.min(least, costRatio);
  }
  return least;
}
