import type { Judgement } from "./judgement.ts";
import { type Candidate, candidateKey } from "./search-space.ts";

/** Judges a candidate on the rows of a rung; a higher rung has the rows of the lower ones, and more. */
export type Judge = (candidate: Candidate, rung: number) => Promise<Judgement>;

/** A candidate that was tried, and how far up it came. */
export interface Tried {
  readonly candidate: Candidate;
  readonly rung: number;
  readonly judgement: Judgement;
}

/** Every judgement of a search, each made once. */
export interface Ledger {
  judge(candidate: Candidate, rung: number): Promise<Judgement>;
  has(candidate: Candidate): boolean;
  /** Each candidate at the highest rung that it reached, in the order in which they were first tried. */
  tried(): Tried[];
}

/** A ledger in front of what judges; `onNew` hears of each candidate that is tried for the first time. */
export function createLedger(judge: Judge, onNew: (triedCount: number) => void): Ledger {
  const entries = new Map<string, { readonly candidate: Candidate; readonly judgements: Judgement[] }>();
  return {
    judge: async (candidate, rung) => {
      const key = candidateKey(candidate);
      const known = entries.get(key);
      const made = known?.judgements[rung];
      if (made !== undefined) return made;
      const judgement = await judge(candidate, rung);
      const entry = known ?? { candidate, judgements: [] };
      entry.judgements[rung] = judgement;
      entries.set(key, entry);
      if (known === undefined) onNew(entries.size);
      return judgement;
    },
    has: (candidate) => entries.has(candidateKey(candidate)),
    tried: () =>
      [...entries.values()].map(({ candidate, judgements }) => ({
        candidate,
        rung: judgements.length - 1,
        judgement: judgements.at(-1)!,
      })),
  };
}
