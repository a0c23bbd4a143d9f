import { lookUp, type Registry } from "../../../base/registry.ts";
import { type Anchor, anchors as publishedAnchors } from "../../../machines/anchors.ts";
import { type ModelShape, modelShapes } from "../../../workload/fully-connected-shapes.ts";
import type { Assumption } from "./assumption.ts";
import { bertPruningFrom, gpt2PruningFrom } from "./pruning-assumptions.ts";
import { averagesFrom } from "./published-averages.ts";
import { bertLength, bertTasks, gpt2Lengths } from "./sentence-lengths.ts";

/** One of the 30 benchmarks: a model on a task, and everything that its workload is made from. */
export interface Benchmark {
  /** As in Fig 14. */
  readonly id: string;
  readonly model: ModelShape;
  readonly task: string;
  readonly source: string;
  readonly assumptions: readonly Assumption[];
  /** What the paper leaves open of this row, as one sentence. */
  readonly note: string;
}

const SOURCE = "SpAtten (HPCA 2021), section V-A and Fig 14";
const gpt2Tasks = ["wikitext2", "wikitext103", "ptb", "1bw"] as const;

function benchmark(modelId: string, task: string, assumptions: readonly Assumption[]): Benchmark {
  const open = assumptions.filter(({ howSure }) => howSure !== "published").map(({ id }) => id);
  return {
    id: `${modelId}-${task}`,
    model: lookUp(modelShapes, modelId, "model"),
    task,
    source: SOURCE,
    assumptions,
    note: `not published for this task: ${open.join(", ")}`,
  };
}

/** The 30 benchmarks: BERT on 11 tasks and GPT-2 on 4, each in two sizes. */
export const benchmarks: Registry<Benchmark> = benchmarksFrom(publishedAnchors);

/** The same where other averages had been published. */
export function benchmarksFrom(anchors: readonly Anchor[]): Registry<Benchmark> {
  const averages = averagesFrom(anchors);
  const [bertPruning, gpt2Pruning] = [bertPruningFrom(averages), gpt2PruningFrom(averages)];
  return [
    ...["bert-base", "bert-large"].flatMap((model) =>
      bertTasks.map((task) => benchmark(model, task, [bertLength(task), ...bertPruning])),
    ),
    ...["gpt2-small", "gpt2-medium"].flatMap((model) =>
      gpt2Tasks.map((task) => benchmark(model, task, [...gpt2Lengths, ...gpt2Pruning])),
    ),
  ];
}
