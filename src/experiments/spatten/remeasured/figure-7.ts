import { mean } from "../../../base/statistics.ts";
import { loadDecoder, openKernels } from "../../../inference/decoder.ts";
import {
  errorBins,
  type ProbabilityError,
  probabilityErrorPoints,
} from "../../../quality/perplexity/probability-errors.ts";
import { windowRows } from "../../../quality/perplexity/window-rows.ts";
import type { Remeasurement } from "../../ledger/remeasurement.ts";
import { figure7Result, remeasuredDecoder, sharedScaleName } from "./needs.ts";
import { spreadOver } from "./spread-over.ts";

/** Bits of Q and K in Fig 7. */
const BITS = 4;
/** Rows as short as the figure's: its example bars have 5 keys, and its flattest row (0.143) has at least 7. */
const KEYS = { from: 5, to: 12 };
const WINDOW_TOKENS = 16;
const WINDOW_COUNT = 32;
const PERCENT = 100;

type ScaleOf = "row" | "head";

/** Fig 7 on our decoder: errors of the probabilities with 4 bits of Q and K by the largest one, in percent. */
export const remeasuredFigure7: Remeasurement = {
  ...figure7Result,
  title: "Error of 4 bits of Q and K by the largest probability",
  run: async ({ openModel, openDataset, engine, checkpoint, onProgress }) => {
    const decoder = await loadDecoder(await openModel(remeasuredDecoder.name));
    const dataset = await openDataset(remeasuredDecoder.text);
    const protocol = { windowTokenCount: WINDOW_TOKENS, begin: "auto" } as const;
    const rows = await windowRows(decoder, await dataset.readSplit("test"), protocol, checkpoint);
    const windows = spreadOver(rows, WINDOW_COUNT);
    const kernels = await openKernels(engine, decoder.model);
    try {
      const points: Record<ScaleOf, ProbabilityError[]> = { row: [], head: [] };
      for (const [index, { ids }] of windows.entries()) {
        const scored = { model: decoder.model, kernels };
        for (const scaleOf of ["row", "head"] as const) {
          const options = { checkpoint, scaleOf };
          points[scaleOf].push(...(await probabilityErrorPoints(scored, ids, BITS, KEYS, options)));
        }
        onProgress?.({ stage: "windows", done: index + 1, total: windows.length });
        await checkpoint();
      }
      return {
        on: `${remeasuredDecoder.name} (GPT-2 layout, 6 layers of 12 heads of 16), ${windows.length} windows of ${remeasuredDecoder.text}, queries with ${KEYS.from} to ${KEYS.to} keys`,
        values: {
          ...valuesOf(points.row),
          ...Object.fromEntries(
            Object.entries(valuesOf(points.head)).map(([name, value]) => [sharedScaleName(name), value]),
          ),
        },
        notes: [
          "errors in percent: mean |p - p of 4 bits| over the keys of a query; each row of Q and K has its own scale",
          `${sharedScaleName("…")}: all rows of a head share a scale, in Q and in K`,
          "the figure does not say how many keys its rows have; the more there are, the smaller the mean",
          "our model and text, not those of the paper, which are not named",
        ],
      };
    } finally {
      await kernels.close();
    }
  },
};

/** Figures of the points, in percent where they are errors. */
function valuesOf(points: readonly ProbabilityError[]): Readonly<Record<string, number>> {
  const bins = errorBins(points).filter(({ from, queryCount }) => from > 0 && queryCount > 0);
  const largest = points.map((point) => point.largest);
  const { intercept, slope } = leastSquares(points);
  return {
    ...Object.fromEntries(bins.map(({ from, meanError }) => [`mean-error-${from}`, PERCENT * meanError])),
    ...{ "fit-intercept": PERCENT * intercept, "fit-slope": PERCENT * slope },
    "least-largest-probability": largest.reduce((least, value) => Math.min(least, value), 1),
    "most-largest-probability": largest.reduce((most, value) => Math.max(most, value), 0),
    "query-count": points.length,
  };
}

/** The line through the points (largest probability, mean error). */
function leastSquares(points: readonly ProbabilityError[]) {
  const [x, y] = [mean(points.map(({ largest }) => largest)), mean(points.map(({ meanError }) => meanError))];
  const covariance = mean(points.map(({ largest, meanError }) => (largest - x) * (meanError - y)));
  const slope = covariance / mean(points.map(({ largest }) => (largest - x) ** 2));
  return { slope, intercept: y - slope * x };
}
