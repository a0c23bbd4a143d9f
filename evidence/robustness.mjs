import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./support.mjs";

export const title = "time to the answer, interruption, mutated files and models, tokenizers";

/** A step that runs a test file at its full size. */
function fullTest(id, quantity, file, environment) {
  return {
    id,
    quantity,
    expected: "passed",
    run: async () => {
      const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
      const run = spawnSync(process.execPath, [vitest, "run", "--testTimeout=1800000", file], {
        cwd: root,
        env: { ...process.env, ...environment },
        encoding: "utf8",
      });
      if (run.status !== 0) process.stderr.write(run.stdout);
      return { ours: run.status === 0 ? "passed" : "failed", holds: run.status === 0 };
    },
  };
}

export const steps = [
  {
    id: "main-job",
    quantity: "seconds of the main job, median of 5",
    expected: "below 3",
    run: async () => {
      const seconds = Array.from({ length: 5 }, () => {
        const startedAt = performance.now();
        spawnSync(process.execPath, [join(root, "dist", "cli", "main.js"), "run"]);
        return (performance.now() - startedAt) / 1000;
      }).sort((left, right) => left - right);
      return { ours: seconds[2].toFixed(2), holds: seconds[2] < 3 };
    },
  },
  fullTest(
    "interruption",
    "10 answers to Ctrl-C, each within 300 ms; 100 kills",
    "test/cli/interruption.test.ts",
    {
      SPATTEN_INTERRUPTIONS: "10",
      SPATTEN_KILLS: "100",
      SPATTEN_ANSWER_LIMIT_MILLISECONDS: "300",
    },
  ),
  fullTest(
    "mutated-models",
    "10,000 mutated model folders of every architecture, in process",
    "src/inference/mutated-models.test.ts",
    { SPATTEN_MUTANTS: "10000" },
  ),
  fullTest(
    "mutated-gguf",
    "10,000 mutated GGUF files, in process",
    "src/inference/checkpoints/gguf/gguf-file.fuzz.test.ts",
    { SPATTEN_MUTANTS: "10000" },
  ),
  fullTest(
    "gguf-tokenizer",
    "10,000 texts of any script by the tokenizer of a GGUF file and by the published one",
    "src/inference/checkpoints/gguf/tokenizer.test.ts",
    { SPATTEN_TEXTS: "10000" },
  ),
  fullTest(
    "mutated-models-cli",
    "204 mutated model folders through the command line, 34 of every architecture",
    "test/cli/mutated-models.test.ts",
    { SPATTEN_FUZZ_CASES: "34" },
  ),
  fullTest(
    "mutated-gguf-cli",
    "200 mutated GGUF files through a generation of the command line",
    "test/cli/mutated-gguf.test.ts",
    { SPATTEN_FUZZ_CASES: "200" },
  ),
  fullTest("fuzz", "200 mutated files through the command line", "test/cli/fuzz.test.ts", {
    SPATTEN_FUZZ_CASES: "200",
  }),
];
