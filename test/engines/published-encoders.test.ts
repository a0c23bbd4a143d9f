import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadEncoder } from "../../src/inference/encoder.ts";
import { referenceEngine } from "../../src/inference/engines/engine.ts";
import { loadTextModel } from "../../src/inference/text-model.ts";
import { openFolder } from "../../src/platform/node/folder.ts";
import { parsePlan } from "../../src/pruning/plan.ts";
import { readSpeechCommands, silentFeatures } from "../../src/quality/datasets/speech-commands.ts";
import { hasShared, sharedData } from "../support/shared.ts";

const none = parsePlan({ name: "none", source: "test" });

interface MiniLmReference {
  readonly texts: readonly { text: string; ids: number[]; embedding: number[] }[];
  readonly trace: { importance: number[][]; norms: number[][] };
}

describe.skipIf(!hasShared)("all-MiniLM-L6-v2 against an independent pass", () => {
  it("equals ids, embeddings (2e-6) and importance of the short reference texts", async () => {
    const model = await loadTextModel(await openFolder(sharedData("minilm-l6-v2")));
    expect(model.task).toBe("embedding");
    const reference = JSON.parse(
      readFileSync(sharedData("minilm-l6-v2", "reference.json"), "utf8"),
    ) as MiniLmReference;
    for (const [index, { text, ids, embedding }] of reference.texts.entries()) {
      if (ids.length > 40) continue;
      const run = await model.run(text, { plan: none, engine: referenceEngine });
      expect(run.ids).toEqual(ids);
      if (run.prediction.kind !== "embedding") throw new Error(run.prediction.kind);
      expect(largestDifference(run.prediction.vector, embedding)).toBeLessThan(2e-6);
      if (index > 0) continue;
      for (const [layer, importance] of reference.trace.importance.entries()) {
        expect(largestDifference(run.layers[layer]!.tokenImportance, importance)).toBeLessThan(1e-4);
      }
    }
  });
});

describe.skipIf(!hasShared)("KWT-1 on Speech Commands", () => {
  it("names silence where there is no sound, and is right on nine of ten of every two hundredth clip", async () => {
    const encoder = await loadEncoder(await openFolder(sharedData("kwt1")));
    const classOf = async (features: Float32Array): Promise<number> => {
      const input = { kind: "patches", patchCount: 98, features } as const;
      const { logits } = await encoder.run(input, { plan: none, engine: referenceEngine });
      return logits.indexOf(Math.max(...logits));
    };
    const file = sharedData("speech-commands-v2-test", "features.safetensors");
    const clips = readSpeechCommands(readFileSync(file), file);
    let right = 0;
    for (let clip = 25; clip < clips.clipCount; clip += 200) {
      if ((await classOf(clips.clip(clip))) === clips.labels[clip]) right++;
    }
    expect(right).toBeGreaterThanOrEqual(22);
    const silence = silentFeatures(encoder.frontend!, clips.frameCount);
    expect(encoder.layout.labels[await classOf(silence)]).toBe("_silence_");
  });
});

function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length);
  return Math.max(...Array.from(left, (value, index) => Math.abs(value - right[index]!)));
}
