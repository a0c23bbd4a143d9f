import { createHeadCache, type HeadCache } from "./head-cache.ts";
import { type CacheForm, createLayerStore, type LayerStore } from "./layer-store.ts";

/** The cache of a layer: one store, and each key and value head's rows in it. */
export interface LayerCache {
  readonly store: LayerStore;
  readonly heads: readonly HeadCache[];
}

/** An empty cache, that grows as rows are appended. */
export function createLayerCache(headCount: number, dimension: number, form: CacheForm): LayerCache {
  const store = createLayerStore(headCount, dimension, form);
  return { store, heads: Array.from({ length: headCount }, (_, head) => createHeadCache(store, head)) };
}
