import type { Random } from "../../base/random.ts";
import {
  type Candidate,
  candidateKey,
  denseCandidate,
  type KnobGroup,
  type SearchSpace,
} from "./search-space.ts";

/** Deeper than this part of its levels no group starts: the rest is the descent's to find. */
const DEEPEST_PART = 0.7;
/** A group takes part in a drawn candidate with this probability. */
const TAKES_PART = 0.7;
const DRAWS_FOR_EACH = 20;

/**
 * Candidates to begin with: each group alone at two depths, then drawn mixtures. A cascade is drawn as the papers draw
 * it, whole up to some layer and from there on a line or a step down.
 */
export function startingCandidates(space: SearchSpace, count: number, random: Random): Candidate[] {
  const found = new Map<string, Candidate>();
  const add = (candidate: Candidate): void => {
    if (found.size < count) found.set(candidateKey(candidate), candidate);
  };
  const dense = denseCandidate(space);
  const isSame = (candidate: Candidate) => candidateKey(candidate) === candidateKey(dense);
  for (const depth of [0.25, 0.5]) {
    for (const [index, group] of space.groups.entries()) {
      add(dense.with(index, even(group, depth)));
    }
  }
  for (let draw = 0; draw < count * DRAWS_FOR_EACH && found.size < count; draw++) {
    const candidate = space.groups.map((group, index) =>
      random.next() < TAKES_PART ? drawn(group, random) : dense[index]!,
    );
    if (!isSame(candidate)) add(candidate);
  }
  return [...found.values()];
}

function even({ knobs, kind }: KnobGroup, depth: number): number[] {
  return knobs.map((knob, index) =>
    levelAt(knob.settings.length, kind === "cascade" ? (depth * (index + 1)) / knobs.length : depth),
  );
}

function drawn({ knobs, kind }: KnobGroup, random: Random): number[] {
  const depth = random.next() * DEEPEST_PART;
  const start = random.integer(knobs.length);
  const isStep = random.next() < 0.5;
  return knobs.map(({ settings }, index) => {
    if (kind === "free") return levelAt(settings.length, depth);
    if (index < start) return 0;
    return levelAt(settings.length, isStep ? depth : (depth * (index - start + 1)) / (knobs.length - start));
  });
}

function levelAt(levelCount: number, depth: number): number {
  return Math.round(depth * (levelCount - 1));
}
