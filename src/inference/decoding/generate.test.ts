import { beforeAll, describe, expect, it } from "vitest";
import { cachePlan, densePlan } from "../../../test/support/tiny-decoders.ts";
import { neverRest } from "../../base/checkpoint.ts";
import { openFolder } from "../../platform/node/folder.ts";
import { bundledModelFolder } from "../../platform/node/installation.ts";
import { cachePolicies } from "../../pruning/policies/registry.ts";
import type { AttentionJob } from "../../workload/attention-workload.ts";
import { checkWorkload } from "../../workload/workload-checks.ts";
import { loadDecoder } from "../decoder.ts";
import { referenceEngine } from "../engines/engine.ts";
import {
  type DecoderTextModel,
  decoderTextModelOf,
  type TextGenerationOptions,
} from "./decoder-text-model.ts";

let model: DecoderTextModel;
beforeAll(async () => {
  model = decoderTextModelOf(await loadDecoder(await openFolder(bundledModelFolder("gpt2-kjv-shakespeare"))));
});

const usual = {
  ...{ plan: densePlan, engine: referenceEngine, policies: cachePolicies, checkpoint: neverRest },
  maximumNewTokens: 8,
};

async function complete(prompt: string, options: Partial<TextGenerationOptions> = {}) {
  const steps = model.generate(prompt, { ...usual, ...options });
  for (;;) {
    const next = await steps.next();
    if (next.done === true) return next.value;
  }
}

const prompt = "And God said unto the people of the land,";

describe("a generation", () => {
  it("is the same again, ends by its length, and its steps make the text", async () => {
    const run = await complete(prompt);
    expect(run.ids.length).toBe(8);
    expect(run.finishReason).toBe("length");
    expect(run.steps.map(({ text }) => text).join("")).toBe(run.text);
    expect(await complete(prompt)).toMatchObject({ ids: run.ids, text: run.text });
    expect(run.steps[0]!.fetchedRowCount).toBe(0);
    // Each further iteration reads every row of every layer and head: 6 layers of 12 heads.
    const [, second] = run.steps;
    expect(second!.fetchedRowCount).toBe(72 * (run.promptIds.length + 1));
  });

  it("draws by its seed", async () => {
    const drawn = (seed: number) => complete(prompt, { temperature: 1.2, seed });
    expect((await drawn(1)).ids).toEqual((await drawn(1)).ids);
    expect((await drawn(2)).ids).not.toEqual((await drawn(1)).ids);
  });

  it("ends before a stop, in the middle of a token too", async () => {
    const whole = await complete(prompt);
    const stop = whole.text.slice(3, 5);
    const run = await complete(prompt, { stops: [stop] });
    expect([run.finishReason, run.text]).toEqual(["stop", whole.text.slice(0, whole.text.indexOf(stop))]);
  });

  it("replays from its decisions alone: the same text, whatever the plan would have chosen", async () => {
    const plan = cachePlan("spatten", [1, 0.6, 0.5, 0.4, 0.3, 0.3]);
    const run = await complete(prompt, { plan });
    expect(run.ids).not.toEqual((await complete(prompt)).ids);
    const other = { ...plan, tokens: { ...plan.tokens!, method: "random" } };
    const replayed = await complete(prompt, { plan: other, replay: run.decisions });
    expect(replayed.ids).toEqual(run.ids);
    const jobs = (one: typeof run) => one.workload("whole").jobs.map((job) => ({ ...job, topK: [] }));
    expect(jobs(replayed)).toEqual(jobs(run));
  });

  it("is a workload of exactly the rows that were read", async () => {
    const plan = { ...cachePlan("spatten", [1, 0.6, 0.5, 0.4, 0.3, 0.3]), values: valuePruning };
    const run = await complete(prompt, { plan });
    for (const part of ["generation", "whole"] as const) {
      const workload = run.workload(part);
      checkWorkload(workload, "recorded");
      const jobs = workload.jobs as readonly AttentionJob[];
      const behindPrompt = part === "whole" ? jobs.filter(({ iteration }) => iteration > 0) : jobs;
      const fetched = run.steps.reduce((sum, step) => sum + step.fetchedRowCount, 0);
      expect(behindPrompt.reduce((sum, { keyCount }) => sum + keyCount, 0)).toBe(fetched);
      for (const { keyCount, valuesPerQuery } of behindPrompt) {
        expect(valuesPerQuery).toBe(Math.max(1, Math.floor(0.5 * keyCount)));
      }
    }
  });

  it.each([
    ["", "the text is empty"],
    ["word ".repeat(3000), "more tokens than the model has positions"],
  ])("refuses the prompt %.10j", async (text, message) => {
    await expect(complete(text)).rejects.toThrow(message);
  });

  it.each([
    [{ maximumNewTokens: 0 }, "number of tokens to generate"],
    [{ temperature: -1 }, "temperature"],
    [{ plan: cachePlan("spaten", 0.5) }, 'did you mean "spatten"'],
    [{ plan: cachePlan("spatten", 0.5, { scoreThreshold: [0.1] }) }, "uses no threshold"],
    [{ plan: cachePlan("attention-threshold", 0.5) }, "needs a threshold"],
  ])("refuses %j", async (options, message) => {
    await expect(complete(prompt, options)).rejects.toThrow(message);
  });
});

const valuePruning = { keepRatio: 0.5, rounding: "floor" as const, minimumCount: 1 };
