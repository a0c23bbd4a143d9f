import type { PlanParts } from "../quality/tuning/candidate-plan.ts";
import type { JudgedPlan, Tuning } from "../quality/tuning/tuning.ts";
import { costWord } from "../report/figures/pareto.ts";
import { formatPercent, formatRatio } from "../report/format.ts";
import { renderEvaluation } from "./render-evaluation.ts";
import { bar, padTo, type Style, safe } from "./terminal.ts";

const BAR_WIDTH = 24;

/** A search for people: what was found, the front as a picture and a table, and how far to trust it. */
export function renderTuning(tuning: Tuning, style: Style): string {
  const { dataset, search, metric, floorPoints, chosen, front, objective, test } = tuning;
  const cut = dataset.cutFrom === null ? "" : `, cut out of ${dataset.cutFrom}`;
  const most = Math.max(...front.map((plan) => plan.savings[objective].savedRatio));
  return [
    `${style.bold(safe(tuning.model))}: the plan with the least ${costWord(objective)} within ${floorPoints} points of ${safe(metric.title)}`,
    `  ${safe(dataset.name)} (${dataset.format}), ${dataset.rowCount} rows of ${dataset.split}${cut}; task ${tuning.task}, engine ${safe(tuning.engine)}`,
    `  ${search.triedCount} plans tried, ${search.judgedOnAllCount} of them on all rows; seed ${tuning.seed}`,
    ...search.leftOut.map(({ technique, reason }) => style.warn(`  without ${technique}: ${reason}`)),
    "",
    style.bold(findingSentence(tuning)),
    ...savingLines(chosen),
    "",
    style.dim(
      `   ${padTo("saved", 8, "right")}  ${padTo("", BAR_WIDTH)}${padTo("points", 9, "right")}  what stays`,
    ),
    ...front.map((plan) => frontLine(plan, plan.quality === chosen.quality, most, tuning, style)),
    style.dim(
      `the figures of the chosen plan are optimistic: it was chosen on these rows among ${search.triedCount}` +
        (test === null ? "; --test judges it once on rows that the search never saw" : ""),
    ),
    ...(test === null
      ? [""]
      : ["", style.bold("on rows that the search never saw"), renderEvaluation(test, style)]),
  ].join("\n");
}

function findingSentence({ finding, chosen, objective, floorPoints }: Tuning): string {
  const saved = `saves ${formatRatio(chosen.savings[objective].savedRatio)} in ${costWord(objective)}, ${points(chosen)} points`;
  if (finding === "pruned") return `chosen: ${saved}`;
  if (finding === "bits")
    return `nothing can be removed within ${floorPoints} points; narrower numbers alone: ${saved}`;
  return `nothing can be removed or narrowed within ${floorPoints} points: the dense model is the answer`;
}

function savingLines({ savings }: JudgedPlan): string[] {
  const { float32, sameBits } = savings.dramBytesAgainst;
  return [
    `  DRAM ${formatRatio(float32.savedRatio)} against float32, ${formatRatio(sameBits.savedRatio)} against dense of the same bits; ` +
      `attention operations ${formatRatio(savings.attentionOperations.savedRatio)}`,
    `  tokens kept ${formatPercent(savings.meanTokenKeepRatio)}, heads kept ${formatPercent(savings.meanHeadKeepRatio)}, on average over inputs and layers`,
  ];
}

function frontLine(plan: JudgedPlan, isChosen: boolean, most: number, tuning: Tuning, style: Style): string {
  const { savedRatio } = plan.savings[tuning.objective];
  const isInside = plan.quality.difference.value * 100 >= -tuning.floorPoints;
  const text =
    `${isChosen ? "→" : " "}  ${padTo(formatRatio(savedRatio), 8, "right")}  ${padTo(bar(savedRatio / most, BAR_WIDTH), BAR_WIDTH)}` +
    `${padTo(points(plan), 9, "right")}  ${planWords(plan.parts, plan)}`;
  return isChosen ? style.accent(text) : isInside ? text : style.dim(text);
}

function points({ quality }: JudgedPlan): string {
  const value = quality.difference.value * 100;
  return `${value > 0 ? "+" : ""}${value.toFixed(2)}`.replace(/^-0\.00$/, "0.00");
}

function planWords({ tokens, heads, fixedHeads, values, quantization }: PlanParts, { savings }: JudgedPlan) {
  const bits =
    quantization === undefined
      ? undefined
      : quantization.kind === "static"
        ? `bits ${quantization.queryBits}/${quantization.keyBits}/${quantization.valueBits}`
        : `bits ${quantization.queryBits}/${quantization.mostSignificantBits}+${quantization.leastSignificantBits}/${quantization.valueBits}`;
  const words = [
    tokens && `tokens ${formatPercent(savings.meanTokenKeepRatio)}`,
    (heads ?? fixedHeads) && `heads ${formatPercent(savings.meanHeadKeepRatio)}`,
    values && `values ${formatPercent(values.keepRatio)}`,
    bits,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? "everything" : words.join(", ");
}
