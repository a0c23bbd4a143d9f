import type { Random } from "../../base/random.ts";
import type { Candidate, KnobGroup, SearchSpace } from "./search-space.ts";

/** A step of one knob, or of all knobs of a group, by some levels: above 0 towards less, below 0 towards dense. */
export interface Move {
  readonly group: number;
  readonly knob: number | "all";
  readonly step: number;
}

/** Levels that a knob is moved by at once. */
const STEPS = [4, 2, 1] as const;

/** Every move towards less, large steps first. */
export function cheaperMoves({ groups }: SearchSpace): Move[] {
  return STEPS.flatMap((step) =>
    groups.flatMap(({ knobs, kind }, group) => {
      // A cascade already drags the knobs behind along: its first knob moves them all.
      const together: Move[] = kind === "free" && knobs.length > 1 ? [{ group, knob: "all", step }] : [];
      const apart = knobs.flatMap(({ settings }, knob) =>
        settings.length > step ? [{ group, knob, step }] : [],
      );
      return [...together, ...apart];
    }),
  );
}

/** The candidate after a move, with every level inside its knob and every cascade in order. */
export function moved({ groups }: SearchSpace, candidate: Candidate, move: Move): Candidate {
  return candidate.map((levels, index) => {
    if (index !== move.group) return levels;
    const group = groups[index]!;
    const stepped = levels.map((level, knob) =>
      move.knob === "all" || move.knob === knob ? clamped(group, knob, level + move.step) : level,
    );
    return move.knob === "all" || group.kind === "free" ? stepped : inOrder(stepped, move.knob);
  });
}

/** Levels of a cascade around a knob that was moved: none before it is higher, none behind it is lower. */
function inOrder(levels: readonly number[], fixed: number): number[] {
  const level = levels[fixed]!;
  return levels.map((other, knob) => (knob < fixed ? Math.min(other, level) : Math.max(other, level)));
}

function clamped({ knobs }: KnobGroup, knob: number, level: number): number {
  return Math.max(0, Math.min(knobs[knob]!.settings.length - 1, level));
}

/** The items in a drawn order. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
