import type { Arithmetic } from "../inference/arithmetic.ts";

/** What to say after a plan's name where the pruned numbers are no floats; nothing where they are. */
export function arithmeticNote(arithmetic: Arithmetic): string {
  return arithmetic === "float32" ? "" : `, pruned in arithmetic ${arithmetic}, dense in float32`;
}
