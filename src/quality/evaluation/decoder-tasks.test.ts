import { describe, expect, it } from "vitest";
import { neverRest } from "../../base/checkpoint.ts";
import type { LoadedDecoder } from "../../inference/decoder.ts";
import type { WindowExample } from "../datasets/dataset.ts";
import { perplexityTask } from "./decoder-tasks.ts";
import type { Answer } from "./outcome.ts";
import type { TaskData } from "./task.ts";

const model = { name: "m", task: "generation" } as unknown as LoadedDecoder;

/** Windows of a prompt of two tokens and some more; token k of a window costs k nats, and is the likeliest if even. */
function dataOf(windowCount: number, scoredCount: number) {
  const ids = Array.from({ length: 2 + scoredCount }, (_, id) => id);
  const rows: WindowExample[] = Array.from({ length: windowCount }, (_, row) => ({
    ...{ kind: "window", where: `window ${row}`, ids, beginId: null, promptCount: 2 },
  }));
  const data: TaskData = { model, splitName: "test", split: { rows, documents: [] }, muteSilence: false };
  const answer: Answer = {
    ...{ kind: "tokens", promptNats: 6, promptScoredCount: 1 },
    nats: ids.slice(0, scoredCount),
    likeliestIds: ids.slice(2).map((id) => (id % 2 === 0 ? id : 0)),
  };
  return { data, answerOf: () => answer };
}

async function scoreOf(windowCount: number, scoredCount: number) {
  const { data, answerOf } = dataOf(windowCount, scoredCount);
  const scored = await perplexityTask.score(data, answerOf, neverRest);
  const protocol = perplexityTask.protocol!(data, { dense: answerOf, pruned: answerOf });
  const all = Array.from({ length: scored.unitCount! }, (_, unit) => unit);
  const figures = Object.fromEntries(scored.metrics.map(({ id, of }) => [id, of(all)]));
  return { ...scored, figures, protocol };
}

describe("perplexity", () => {
  it("weighs tokens, not what they are drawn in: windows where there are enough, else blocks of 64", async () => {
    const few = await scoreOf(3, 100);
    expect(few.unitCount).toBe(6);
    expect(few.figures.nats).toBeCloseTo(49.5, 12);
    expect(few.figures["log-likelihood"]).toBeCloseTo(-49.5, 12);
    expect(few.figures["next-token"]).toBe(0.5);
    expect(few.metrics[0]!.of([1])).toBeCloseTo((64 + 99) / 2, 12);
    expect(few.decisions).toHaveLength(300);
    expect(few.protocol).toMatchObject({
      ...{ windowTokenCount: 102, drawn: { of: "blocks", count: 6, tokenCount: 64 } },
      wholeWindows: { nats: (3 * (4950 + 6)) / 303, tokenCount: 303 },
    });
    const many = await scoreOf(20, 100);
    expect(many.protocol).toMatchObject({ drawn: { of: "windows", count: 20, tokenCount: 100 } });
    expect(many.figures.nats).toBeCloseTo(49.5, 12);
    expect(many.figures.perplexity).toBeCloseTo(Math.exp(many.figures.nats!), 12);
  });
});
