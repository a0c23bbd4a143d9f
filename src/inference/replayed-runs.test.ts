import { describe, expect, it } from "vitest";
import { headParts, tokenParts, valueParts } from "../../test/support/plan-parts.ts";
import { randomModel } from "../../test/support/tiny-bert.ts";
import { tinyCases, tinyInput } from "../../test/support/tiny-models.ts";
import { neverRest } from "../base/checkpoint.ts";
import { isSpattenError } from "../base/errors.ts";
import { machines } from "../machines/registry.ts";
import { workloadFor } from "../machines/workload-for.ts";
import { pruningMethods } from "../pruning/methods/registry.ts";
import { parsePlan } from "../pruning/plan.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import { checkWorkload } from "../workload/workload-checks.ts";
import type { EncoderRun } from "./decisions.ts";
import { referenceEngine } from "./engines/engine.ts";
import { runMaskedEncoder } from "./engines/reference/encoder.reference.ts";
import { rowCountOf } from "./models/encoder-model.ts";
import { architectureOf } from "./models/registry.ts";
import { recordWorkload } from "./recorder.ts";

const SEED = 11;
const models = tinyCases.map(({ config, names, task }) => {
  const architecture = architectureOf(config, "tiny");
  return { id: architecture.id, task, layout: architecture.layoutOf(config, new Set(names), "tiny") };
});

/** The official RTL takes the jobs of a generation, one query each; an encoder's have all of them. */
const GENERATION_ONLY = expect.stringMatching(/queryCount: .*got \d+; expected 1: a generated token/);
const REFUSED = {
  "spatten-release": GENERATION_ONLY,
  "spatten-release-eighth": GENERATION_ONLY,
  // It tells times that were measured, and none were.
  "this-cpu": expect.stringContaining("has no times yet"),
};

function planOf(method: string) {
  return parsePlan({
    name: `replayed-${method}`,
    source: "test",
    tokens: {
      ...{ ...tokenParts([1, 0.8, 0.5]), method },
      ...(method === "attention-threshold" ? { scoreThreshold: [0, 0.05, 0.1] } : {}),
    },
    heads: headParts([3, 3, 2]),
    values: valueParts(0.75),
  });
}

describe.each(models)("a run of $id, $task", ({ layout }) => {
  it.each(pruningMethods.map(({ id }) => id))(
    "under %s is replayed from its record, and simulated on every machine or refused with a reason",
    async (method) => {
      const plan = planOf(method);
      const model = randomModel(layout, SEED);
      const input = tinyInput(layout.vocabularySize === undefined, SEED);
      const run = await referenceEngine.runEncoder(model, {
        ...{ input, plan, methods: pruningMethods, checkpoint: neverRest, captureTensors: false },
      });
      // As a file would bring it back: nothing but the record is left.
      const { layers, outputTokens } = JSON.parse(JSON.stringify(run)) as EncoderRun;
      const masks = layers.map(({ tokens, heads, headDecisions }) => ({
        tokens,
        heads,
        valueCount: headDecisions[0]!.valuesPerQuery[0]!,
      }));
      const replayed = await runMaskedEncoder(model, input, masks, outputTokens);
      const scale = Math.max(1e-3, ...Array.from(replayed, Math.abs));
      for (const [at, value] of run.logits.entries()) {
        expect(Math.abs(value - replayed[at]!) / scale).toBeLessThan(1e-5);
      }
      const shape = { ...layout.shape, name: "tiny", tokenCount: rowCountOf(input) };
      const workload = recordWorkload(shape, plan, layers);
      expect(workload).toEqual(recordWorkload(shape, plan, run.layers));
      checkWorkload(workload, "recorded");
      expect(await refusalsOf(workload)).toEqual(REFUSED);
    },
  );
});

/** What the machines that refuse a workload say; all others must have simulated it. */
async function refusalsOf(workload: AttentionWorkload): Promise<Record<string, string>> {
  const refused: Record<string, string> = {};
  for (const machine of machines) {
    try {
      const given = await workloadFor(machine, workload, { checkpoint: neverRest });
      const report = await machine.simulate(given, { checkpoint: neverRest });
      expect(report.cycles, machine.id).toBeGreaterThan(0);
    } catch (error) {
      if (!isSpattenError(error)) throw error;
      refused[machine.id] = error.message;
    }
  }
  return refused;
}
