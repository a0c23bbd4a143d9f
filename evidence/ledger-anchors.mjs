import { createLaboratory } from "../dist/experiments/ledger/laboratory.js";
import { experiments } from "../dist/experiments/ledger/registry.js";
import { changedRows } from "../dist/experiments/ledger/row-changes.js";
import { runExperiments } from "../dist/experiments/ledger/run-experiments.js";
import { anchors } from "../dist/machines/anchors.js";

export const title =
  "the ledger: what follows a published number that enters a model is said to rest on it, for every such number";

/** Longer, so that no measured time falls below what launches and roofs take. */
const PERTURBATION = 1.1;

let whole;
const published = () => {
  whole ??= runExperiments(experiments, createLaboratory());
  return whole;
};

const step = ({ id }) => ({
  id,
  quantity: `${id}, 10 % more`,
  expected: "no row follows that does not name it",
  run: async () => {
    const before = await published();
    const perturbed = anchors.map((row) =>
      row.id === id ? { ...row, value: row.value * PERTURBATION } : row,
    );
    const after = await runExperiments(experiments, createLaboratory({ anchors: perturbed }));
    const changes = changedRows(before, after);
    const unnamed = changes.filter(({ row }) => !row.hingesOn.includes(id));
    const naming = before.filter(({ hingesOn }) => hingesOn.includes(id)).length;
    const wrong = unnamed.map(({ row, what }) => `\n         ${row.id}: ${what}`).join("");
    return {
      ours: `${naming} rows name it, ${new Set(changes.map(({ row }) => row.id)).size} follow, ${unnamed.length} of them unnamed${wrong}`,
      holds: unnamed.length === 0,
    };
  },
});

export const steps = anchors.map(step);
