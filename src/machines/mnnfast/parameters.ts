import * as z from "zod/mini";
import { SpattenError } from "../../base/errors.ts";
import { keepRatio } from "../../base/schema.ts";
import { countUpTo, latencyCycles } from "../../hardware/parameter-ranges.ts";
import { rivalParametersSchema } from "../rivals/parameters.ts";
import { impossible } from "../rivals/rival-config.ts";

/** MNNFast (ISCA 2019) as a strict schema; where the values come from stands in `presets.ts`. */
export const mnnfastParametersSchema = z.extend(rivalParametersSchema, {
  /**
   * `shared`: one set of multipliers works, for Q·K of a query and then for its prob·V. `separate`: prob·V of a chunk runs
   * beside Q·K of the next one.
   */
  multipliers: z.enum(["shared", "separate"]),
  /** Keys of a chunk: its scores are there before its values are multiplied. */
  chunkKeyCount: countUpTo(1 << 16),
  /** Beside the rows of a query. */
  queryKeyOverheadCycles: latencyCycles(),
  probabilityValueOverheadCycles: latencyCycles(),
  zeroSkipping: z.strictObject({
    /**
     * When a value row is skipped: `exact`, its probability is below the threshold, which needs the whole sum first;
     * `approximate`, its exponential over the sum so far is, while K streams by.
     */
    mode: z.enum(["off", "exact", "approximate"]),
    probabilityThreshold: z.number().check(z.gte(0), z.lt(1)),
    /** Whether a skipped row still takes its cycle, so that energy is saved alone. */
    skippedRowsTakeCycles: z.boolean(),
  }),
  /** What time and energy take for the rows that are kept, which only tensors can tell. */
  assumedKeepRatio: keepRatio(),
});

export type MnnfastParameters = z.infer<typeof mnnfastParametersSchema>;

/** @throws SpattenError `config` for switches that exclude each other. */
export function checkMnnfastParameters({
  multipliers,
  zeroSkipping,
  dramElementBits,
}: MnnfastParameters): void {
  if (multipliers === "separate" && zeroSkipping.mode === "exact") {
    throw impossible(
      "zeroSkipping.mode",
      "exact with separate multipliers",
      "approximate or off, or multipliers: shared",
      "while K streams by, the whole sum is not known",
    );
  }
  if (dramElementBits !== 9) return;
  throw new SpattenError("config", "MNNFast has no numbers of 9 bits", {
    where: "dramElementBits",
    got: "9",
    expected: "8, 12, 16 or 32",
  });
}
