import * as z from "zod/mini";
import { parseWith } from "../../base/schema.ts";

const countUpTo = (maximum: number) => z.int().check(z.gte(1), z.lte(maximum));
const latencyCycles = () => z.int().check(z.gte(0), z.lte(10_000));

/** The official behavioural model's command line and constants (mit-han-lab/spatten at a0f1388, `bert.cpp`). */
export const bertBehaviouralParametersSchema = z.strictObject({
  clockGigahertz: z._default(z.number().check(z.gt(0), z.lte(100)), 1),
  /** First argument. */
  dramChannelCount: z._default(countUpTo(1024), 16),
  /** Second: multipliers of each of the two matrix modules. */
  multiplierCountPerModule: z._default(countUpTo(1 << 20), 512),
  /** Third, `sizeZE`: items a cycle of the top-k engine. Its default is 4, not the paper's 16. */
  topKComparatorCount: z._default(countUpTo(4096), 4),
  topKPassOverheadCycles: z._default(latencyCycles(), 4),
  transactionBytes: z._default(countUpTo(4096), 32),
  pipeline: z.prefault(
    z.strictObject({
      queryKeyProductCycles: z._default(latencyCycles(), 11),
      /** Dequantize 7, exponential 21, accumulate 23, divide 29, quantize 7. */
      softmaxCycles: z._default(latencyCycles(), 87),
      progressiveDecisionCycles: z._default(latencyCycles(), 1),
      skippedTopKCycles: z._default(latencyCycles(), 1),
      probabilityValueProductCycles: z._default(latencyCycles(), 3),
    }),
    {},
  ),
});

export type BertBehaviouralParameters = z.infer<typeof bertBehaviouralParametersSchema>;

/** The parameters, missing ones at their defaults. @throws SpattenError `config`; `where` names the file. */
export function bertBehaviouralParameters(
  value: z.input<typeof bertBehaviouralParametersSchema> | Readonly<Record<string, unknown>> = {},
  where?: string,
): BertBehaviouralParameters {
  return parseWith(bertBehaviouralParametersSchema, value, {
    what: "bert-behavioural machine",
    ...(where === undefined ? {} : { where }),
  });
}
