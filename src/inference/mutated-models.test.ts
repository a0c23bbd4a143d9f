import { describe, expect, it } from "vitest";
import { mutatedFolder } from "../../test/support/mutated-folder.ts";
import {
  folderInMemory,
  type ModelFiles,
  type TinyFamily,
  tinyFamilies,
} from "../../test/support/tiny-folders.ts";
import { tinyInput } from "../../test/support/tiny-models.ts";
import { isSpattenError } from "../base/errors.ts";
import { createRandom } from "../base/random.ts";
import { parsePlan } from "../pruning/plan.ts";
import { loadEncoder } from "./encoder.ts";
import { referenceEngine } from "./engines/engine.ts";
import { textModelOf } from "./text-model.ts";

// `npm run evidence robustness` tries 10,000 of every family; here is a sample.
const MUTANTS = Number(process.env.SPATTEN_MUTANTS ?? 300);
const CODES = ["checkpoint", "missing-model", "missing-engine", "input"];
/** Far above what tiny models need, far below what a size in a mutated file asks for. */
const MEMORY_LIMIT_BYTES = 600e6;
const plan = parsePlan({
  name: "half",
  source: "test",
  tokens: {
    schedule: { kind: "per-layer", keepRatio: [1, 0.5] },
    ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method: "spatten" },
    protect: { firstCount: 1, lastCount: 0 },
  },
});
const options = { plan, engine: referenceEngine };

/** Loads a folder and runs something on it, as a command would. */
async function loadAndRun(files: ModelFiles, { takesTexts }: TinyFamily): Promise<void> {
  const encoder = await loadEncoder(folderInMemory(files));
  if (!takesTexts) {
    await encoder.run(tinyInput(encoder.layout.vocabularySize === undefined, 3), options);
    return;
  }
  const model = textModelOf(encoder, "tiny");
  const context = encoder.task === "question-answering" ? { context: "my balance is unseen" } : {};
  const mask = encoder.task === "masked-language-model" ? " [MASK] <mask>" : "";
  await model.run(`what is my balance?${mask}`, { ...options, ...context, truncate: true });
}

describe.each(tinyFamilies)("mutated files of a $name", (family) => {
  it("load as they are, and run", async () => {
    for (const files of family.folders) await loadAndRun(files, family);
  });

  it(`${MUTANTS} of them are run or refused with a typed error, in little memory`, async () => {
    const before = process.resourceUsage().maxRSS;
    let refused = 0;
    for (let seed = 0; seed < MUTANTS; seed++) {
      const random = createRandom(seed);
      const { files, name } = mutatedFolder(family.folders[seed % family.folders.length]!, random);
      try {
        await loadAndRun(files, family);
      } catch (error) {
        const isTyped = isSpattenError(error) && CODES.includes(error.code);
        if (!isTyped) throw new Error(`seed ${seed}, ${name}: ${String(error)}`, { cause: error });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(MUTANTS / 4);
    expect(refused).toBeLessThan(MUTANTS);
    expect((process.resourceUsage().maxRSS - before) * 1024).toBeLessThan(MEMORY_LIMIT_BYTES);
  }, 3_600_000);
});
