import * as z from "zod/mini";
import { integerAtLeast, positiveNumber } from "../../base/schema.ts";
import { attentionCalls } from "./attention-calls.ts";

const callNames = z.enum([...attentionCalls, "fullyConnected"]);

/** One measured time of GPT-2-Medium, and the calls whose speed it settles. */
const calibrationSchema = z.strictObject({
  calls: z.array(callNames).check(z.minLength(1)),
  seconds: positiveNumber(),
  /** Tokens generated after a prompt of 992 in that time. */
  generatedCount: integerAtLeast(1).check(z.lte(4096)),
});

/** A general-purpose platform that runs unpruned attention with a framework, call by call. */
export const platformParametersSchema = z.strictObject({
  /** In which cycles are told; nothing else depends on it. */
  clockGigahertz: z.number().check(z.gt(0), z.lte(100)),
  peakGigaoperationsPerSecond: positiveNumber(),
  bandwidthGigabytesPerSecond: positiveNumber(),
  elementBytes: z.union([z.literal(2), z.literal(4)]),
  /** What each call costs however small its tensors are. */
  secondsPerCall: z.number().check(z.gte(0), z.lte(1)),
  /** Calls that each part of a layer is made of. */
  callCounts: z.strictObject({
    reshape: integerAtLeast(0),
    queryKey: integerAtLeast(0),
    softmax: integerAtLeast(0),
    probabilityValue: integerAtLeast(0),
    fullyConnected: integerAtLeast(0),
  }),
  calibrations: z.array(calibrationSchema).check(z.minLength(1)),
  /** `outside`: of a source other than the paper; `implied`: what the paper's Fig 14 implies on average. */
  power: z.enum(["outside", "implied"]),
  outsideWatts: positiveNumber(),
  impliedWatts: positiveNumber(),
});

export type PlatformParameters = z.infer<typeof platformParametersSchema>;
export type CallName = z.infer<typeof callNames>;
