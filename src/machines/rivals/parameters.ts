import * as z from "zod/mini";
import { countUpTo } from "../../hardware/parameter-ranges.ts";
import { figureConventionsSchema } from "../figures.ts";
import { dramSchema, fetcherSchema } from "../spatten/parameters.ts";

/** Bits of an element of Q, K, V and of the outputs in DRAM; 32 is a float. */
const dramElementBits = z.union([z.literal(8), z.literal(9), z.literal(12), z.literal(16), z.literal(32)]);

/** What the accelerators that SpAtten is compared with have in common: one normalisation, and every open choice a switch. */
export const rivalParametersSchema = z.strictObject({
  clockGigahertz: z.number().check(z.gt(0), z.lte(100)),
  /** Multipliers of each of the two matrix modules, Q·K and prob·V. */
  multiplierCountPerModule: countUpTo(1 << 20),
  dram: dramSchema,
  fetcher: fetcherSchema,
  /** Rows of K, and of V, that are on chip at once. */
  keyCapacityCount: countUpTo(1 << 16),
  /** Banks that each of the memories is made of. */
  sramBankCount: countUpTo(4096),
  /**
   * What is run: `dense`, the unpruned shape of the workload's header, since these machines know no cascade; `jobs`, the
   * queries and keys that the jobs have left, as if someone else had pruned them.
   */
  work: z.enum(["dense", "jobs"]),
  /** Whether K and V of a head are loaded once for all of its queries, or again for each. */
  keyValueReuse: z.enum(["resident", "per-query"]),
  /** More keys than fit: in tiles whose partial results go through DRAM, or refused. */
  beyondCapacity: z.enum(["tiles", "refuse"]),
  dramElementBits,
  /** How `figures` of a report are counted. */
  conventions: figureConventionsSchema,
  energy: z.strictObject({
    dramTable: z.enum(["three-terms", "on-die-and-interface"]),
    leakage: z.enum(["low", "typical", "high"]),
    /** Power and area on chip from the project's tables, or as published. */
    onChip: z.enum(["tables", "published"]),
  }),
});

export type RivalParameters = z.infer<typeof rivalParametersSchema>;
