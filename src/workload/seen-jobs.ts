import type { WorkloadHeader, WorkloadJob } from "./attention-workload.ts";

const PAGE_BITS = 1024;
const WORD_BITS = 32;

/**
 * True for a job whose iteration, layer, and head or name came before. Holds a bit for each place around those that were
 * there, in pages: a million jobs in any order take some 200 kB, and their names would take a hundred megabytes.
 */
export function createSeenJobs({ iterationCount, model }: WorkloadHeader): (job: WorkloadJob) => boolean {
  const heads = createSeenPlaces(iterationCount, model.layerCount, model.queryHeadCount);
  const named = new Map<string, ReturnType<typeof createSeenPlaces>>();
  return (job) => {
    if (job.kind === "attention") return heads(job.iteration, job.layer, job.head);
    const places = named.get(job.name) ?? createSeenPlaces(iterationCount, model.layerCount, 1);
    named.set(job.name, places);
    return places(job.iteration, job.layer, 0);
  };
}

/** True for a place that came before; each of its numbers is below its count. */
function createSeenPlaces(
  iterationCount: number,
  layerCount: number,
  headCount: number,
): (iteration: number, layer: number, head: number) => boolean {
  const pages = new Map<number | string, Uint32Array>();
  // A header may claim any shape; where its places cannot be numbered, each layer has pages of its own.
  const isNumbered = Number.isSafeInteger(iterationCount * layerCount * headCount);
  return (iteration, layer, head) => {
    const place = isNumbered ? (iteration * layerCount + layer) * headCount + head : head;
    const pageInRow = Math.floor(place / PAGE_BITS);
    const key = isNumbered ? pageInRow : `${iteration} ${layer} ${pageInRow}`;
    const page = pages.get(key) ?? new Uint32Array(PAGE_BITS / WORD_BITS);
    pages.set(key, page);
    const bit = place % PAGE_BITS;
    const word = Math.floor(bit / WORD_BITS);
    const mask = 1 << (bit % WORD_BITS);
    const isSeen = (page[word]! & mask) !== 0;
    page[word]! |= mask;
    return isSeen;
  };
}
