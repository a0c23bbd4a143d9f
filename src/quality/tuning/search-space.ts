/** A setting that a search may change: what stays at each level, dense first and less from level to level. */
export interface Knob {
  readonly id: string;
  readonly settings: readonly number[];
}

/** Knobs of one technique. */
export interface KnobGroup {
  readonly id: string;
  readonly title: string;
  /** `cascade`: no knob stands at a lower level than the one before it, since what has left does not come back. */
  readonly kind: "cascade" | "free";
  readonly knobs: readonly Knob[];
}

/** Everything that a search may change, as data. */
export interface SearchSpace {
  readonly groups: readonly KnobGroup[];
}

/** The level of each knob of each group; all 0 is dense. */
export type Candidate = readonly (readonly number[])[];

/** The candidate that changes nothing. */
export function denseCandidate({ groups }: SearchSpace): Candidate {
  return groups.map(({ knobs }) => knobs.map(() => 0));
}

/** A name that equal candidates share. */
export function candidateKey(candidate: Candidate): string {
  return JSON.stringify(candidate);
}

/** What stays by a candidate, knob by knob, of the group of that name; nothing where the space has no such group. */
export function settingsOf(
  { groups }: SearchSpace,
  candidate: Candidate,
  groupId: string,
): readonly number[] | undefined {
  const index = groups.findIndex(({ id }) => id === groupId);
  const levels = candidate[index];
  return levels?.map((level, knob) => groups[index]!.knobs[knob]!.settings[level]!);
}
