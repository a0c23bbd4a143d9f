import type { Laboratory } from "../../ledger/experiment.ts";
import type { Alternative, Ours } from "../../ledger/ours.ts";
import type { Benchmark } from "../benchmarks/benchmarks.ts";

/** What a computed row may say beside its value. */
export interface Remarks {
  readonly note?: string;
  readonly alternatives?: readonly Alternative[];
}

/** Ours of a row that was computed. */
export function computed(
  value: number,
  on: string,
  hingesOn: readonly string[] = [],
  remarks: Remarks = {},
): Ours {
  return { kind: "computed", value, on, hingesOn, ...remarks };
}

/** Ours of a row that only the authors can compute. */
export function notReproducible(why: string): Ours {
  return { kind: "not-reproducible", why };
}

/** Benchmarks of GPT-2, in the order of Fig 14. */
export function gpt2Benchmarks({ benchmarks }: Pick<Laboratory, "benchmarks">): readonly Benchmark[] {
  return benchmarks.filter(({ model }) => model.phase === "generation");
}
