import type { Alternative, Ours } from "../../ledger/ours.ts";

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

/** Ours of a row whose number was put in. */
export function putIn(value: number, on: string): Ours {
  return { kind: "computed", value, on, hingesOn: [], isInput: true };
}

/** Ours of a row that only the authors can compute. */
export function notReproducible(why: string): Ours {
  return { kind: "not-reproducible", why };
}
