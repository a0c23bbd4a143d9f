import { describe, expect, test } from "vitest";
import type { AttentionJob, AttentionWorkload, FullyConnectedJob } from "./attention-workload.ts";
import { fullyConnectedWorkload, withFullyConnected } from "./fully-connected-jobs.ts";
import { modelShapes } from "./fully-connected-shapes.ts";
import { checkWorkload } from "./workload-checks.ts";
import { readWorkload, writeWorkloadLines } from "./workload-lines.ts";
import { sampleJob, sampleWorkload } from "./workload-samples.reference.ts";

const operationsOf = ({ jobs }: AttentionWorkload): number =>
  (jobs as FullyConnectedJob[]).reduce((sum, job) => sum + 2 * job.vectorCount * job.rows * job.columns, 0);

const outline = ({ jobs }: AttentionWorkload, iteration: number, layer: number): string[] =>
  jobs
    .filter((job) => job.iteration === iteration && job.layer === layer)
    .map((job) =>
      job.kind === "attention"
        ? `head ${job.head}`
        : `${job.name} ${job.vectorCount} × ${job.rows} × ${job.columns}`,
    );

/** Dense BERT-Base heads, but for what `change` says; undefined for a pruned head. */
function bertBase(
  phase: "summarization" | "generation",
  change: (layer: number, head: number) => Partial<AttentionJob> | undefined,
): AttentionWorkload {
  const jobs: AttentionJob[] = [];
  for (let layer = 0; layer < 12; layer++) {
    for (let head = 0; head < 12; head++) {
      const changes = change(layer, head);
      if (changes === undefined) continue;
      const count = phase === "generation" ? { queryCount: 1 } : {};
      jobs.push(sampleJob({ iteration: 0, layer, head, keyValueHead: head, ...count, ...changes }));
    }
  }
  const { header } = sampleWorkload(jobs);
  const model = { layerCount: 12, queryHeadCount: 12, keyValueHeadCount: 12, headDimension: 64 };
  return { header: { ...header, phase, model: { ...header.model, name: "mine", ...model } }, jobs };
}

describe("the fully connected layers of a model alone", () => {
  test("of GPT-2-Medium for 32 tokens are the 19.3 GFLOP of Table IV", () => {
    const workload = fullyConnectedWorkload("gpt2-medium", { tokenCount: 32, weightBits: 8 });
    expect(operationsOf(workload)).toBe(24 * 12 * 1024 ** 2 * 2 * 32);
    expect(outline(workload, 31, 23)).toEqual([
      "queryKeyValue 1 × 1024 × 3072",
      "projection 1 × 1024 × 1024",
      "feedForwardIn 1 × 1024 × 4096",
      "feedForwardOut 1 × 4096 × 1024",
    ]);
  });

  test("take all tokens of a sentence at once", () => {
    const workload = fullyConnectedWorkload("bert-base", { tokenCount: 30, weightBits: 12 });
    expect(workload.header.iterationCount).toBe(1);
    expect(operationsOf(workload)).toBe(12 * 12 * 768 ** 2 * 2 * 30);
  });

  test.each(modelShapes.map(({ id }) => id))(
    "of %s are a workload that can be written and read",
    async (id) => {
      const workload = fullyConnectedWorkload(id, { tokenCount: 2, weightBits: 8 });
      expect(await readWorkload(writeWorkloadLines(workload), id)).toEqual(workload);
    },
  );

  test("of an unknown model, or of no tokens, are refused", () => {
    expect(() => fullyConnectedWorkload("gpt2-mediun", { tokenCount: 1, weightBits: 8 })).toThrow(
      'unknown model "gpt2-mediun" (did you mean "gpt2-medium"?',
    );
    expect(() => fullyConnectedWorkload("bert-base", { tokenCount: 0, weightBits: 8 })).toThrow("got 0");
  });
});

describe("fully connected layers around attention", () => {
  test("stand before and behind the heads of their layer", () => {
    const workload = withFullyConnected(
      bertBase("summarization", (_, head) => (head < 2 ? {} : undefined)),
      8,
    );
    const tokens = sampleJob().queryCount;
    expect(outline(workload, 0, 3)).toEqual([
      `queryKeyValue ${tokens} × 768 × 384`,
      "head 0",
      "head 1",
      `projection ${tokens} × 128 × 768`,
      `feedForwardIn ${tokens} × 768 × 3072`,
      `feedForwardOut ${tokens} × 3072 × 768`,
    ]);
    expect(() => checkWorkload(workload, "test")).not.toThrow();
  });

  test("lose the tokens that the layer's top-k drops, from the projection on", () => {
    const topK = [{ of: "token" as const, n: 4, k: 2, count: 1 }];
    const workload = withFullyConnected(
      bertBase("summarization", (layer, head) => (layer === 5 && head === 11 ? { topK } : {})),
      8,
    );
    expect(outline(workload, 0, 5)[0]).toBe("queryKeyValue 4 × 768 × 2304");
    expect(outline(workload, 0, 5)[13]).toBe("projection 2 × 768 × 768");
    expect(outline(workload, 0, 5)[15]).toBe("feedForwardOut 2 × 3072 × 768");
  });

  test("work on one vector in a generation, whatever its top-k drops", () => {
    const topK = [{ of: "token" as const, n: 4, k: 1, count: 1 }];
    const one = { refetchedQueries: [], valuesPerQuery: 1, topK };
    const workload = withFullyConnected(
      bertBase("generation", () => one),
      12,
    );
    expect(outline(workload, 0, 0)[13]).toBe("projection 1 × 768 × 768");
    expect(workload.header.assumptions.at(-1)).toMatch(/of gpt2-small at 12 bits/);
  });

  test("of an unknown model are refused with what is known", () => {
    expect(() => withFullyConnected(sampleWorkload([sampleJob()]), 8)).toThrow(
      /are not known; got .* layers × .*; expected bert-base \(12 layers × 12 heads × 64\), .*kind fully-connected/,
    );
    const { header, jobs } = bertBase("summarization", () => ({}));
    const misnamed = { header: { ...header, model: { ...header.model, name: "bert-large-uncased" } }, jobs };
    expect(() => withFullyConnected(misnamed, 8)).toThrow("name of bert-large and other dimensions");
  });

  test("are not added twice", () => {
    const once = withFullyConnected(
      bertBase("summarization", () => ({})),
      8,
    );
    expect(() => withFullyConnected(once, 8)).toThrow('"queryKeyValue": the workload has fully connected');
  });
});
