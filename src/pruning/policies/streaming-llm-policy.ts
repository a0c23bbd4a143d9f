import type { CachePolicy } from "./policy.ts";

/** First tokens that attention drains into, whatever they are. */
const SINK_COUNT = 4;

/** Sinks and a window of the newest rows, without a look at the attention. */
export const streamingLlmPolicy: CachePolicy = {
  id: "streaming-llm",
  title: "StreamingLLM: sinks and a window",
  source: "Xiao et al., ICLR 2024, section 3.2: four sinks; positions within the cache",
  granularity: "layer",
  phase: "each-step",
  repositions: true,
  score: ({ positions }) =>
    Float64Array.from(positions, (position) => (position < SINK_COUNT ? Infinity : position)),
};
