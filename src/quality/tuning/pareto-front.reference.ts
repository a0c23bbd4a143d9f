import { dominates, type Judgement } from "./judgement.ts";

/** The front by its definition: every item against every other. */
export function paretoFrontReference<Item extends { readonly judgement: Judgement }>(
  items: readonly Item[],
): Item[] {
  return items.filter(({ judgement }) => !items.some((other) => dominates(other.judgement, judgement)));
}
