import * as z from "zod/mini";

/** `lowest-index`: the lowest requester always wins. `round-robin`: the first one after the last winner. */
export const arbitrationSchema = z.enum(["lowest-index", "round-robin"]);
export type Arbitration = z.infer<typeof arbitrationSchema>;

/** Place of a requester in the order of preference, 0 the first, when `next` is the one after the last winner. */
export function preferenceOf(
  arbitration: Arbitration,
  requester: number,
  next: number,
  requesterCount: number,
): number {
  if (arbitration === "lowest-index") return requester;
  return requester >= next ? requester - next : requester - next + requesterCount;
}
