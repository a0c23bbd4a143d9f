import { causes } from "../timeline.ts";

/** The analytical causes, and `dram`: the fetcher waits for its channels. */
export const cycleCauses = [...causes, "dram"] as const;
export type CycleCause = (typeof cycleCauses)[number];
