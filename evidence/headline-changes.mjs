import { createSpatten } from "../dist/index.js";

export const title =
  "what would have to be otherwise for each row of the headline: the value of one assumption at which ours is the published number";

/** Values at which the headline is computed again, one assumption at a time. */
const grid = {
  tokenReduction: [1, 1.25, 1.5, 2, 2.5, 3, 4, 5],
  valueKeepRatio: [0.1, 0.25, 0.5, 0.75, 1],
  headReduction: [1, 1.1, 1.2, 1.35, 1.5],
  operandBits: [4, 6, 8, 10, 12],
  keyBits: [3, 4, 6, 8, 10, 12],
};
const spatten = createSpatten();
const headline = (assume) => spatten.reproduce({ only: ["headline"], assume });
const usual = await headline({});

/** Ours of every row along an assumption, by its value. */
const curves = new Map();
async function curveOf(assumption) {
  if (!curves.has(assumption)) {
    const points = [];
    for (const value of grid[assumption]) {
      const { rows } = await headline({ [assumption]: value });
      points.push({ value, ours: new Map(rows.map((row) => [row.id, row.ours])) });
    }
    curves.set(assumption, points);
  }
  return curves.get(assumption);
}

/** Where the curve of a row passes the published number, straight between two points. */
function crossing(points, { id, published }) {
  for (let index = 1; index < points.length; index++) {
    const [before, after] = [points[index - 1], points[index]];
    const [left, right] = [before.ours.get(id), after.ours.get(id)];
    if ((left - published) * (right - published) > 0 || left === right) continue;
    return before.value + ((published - left) / (right - left)) * (after.value - before.value);
  }
  return undefined;
}

export const steps = usual.rows
  .filter(({ status }) => status === "near" || status === "differs")
  .map((row) => ({
    id: row.id,
    quantity: row.quantity,
    expected: `published ${row.published}`,
    run: async () => {
      const found = [];
      for (const assumption of Object.keys(grid)) {
        const value = crossing(await curveOf(assumption), row);
        if (value !== undefined) found.push(`${assumption} ${Number(value.toPrecision(3))}`);
      }
      const scale = `the figure itself ×${Number((row.published / row.ours).toPrecision(3))}`;
      return { ours: `${row.ours}; ${[scale, ...found].join(", ")}`, holds: null };
    },
  }));
