import type { Sequence } from "./sequence.ts";

/**
 * The cache of a sequence, back from an engine that kept it, before anything but that engine reads it.
 * @throws SpattenError `usage` while the engine works on it, or where it was lost.
 */
export async function bringHome(sequence: Sequence): Promise<void> {
  const { kept, stores } = sequence;
  if (kept === undefined) return;
  for (const store of stores) store.lend();
  const layers = await kept.takeBack();
  sequence.kept = undefined;
  for (const [layer, store] of stores.entries()) {
    store.takeBack(layers[layer]!);
    store.trim();
  }
}
