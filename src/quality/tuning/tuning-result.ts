import { lastPart } from "../../inference/checkpoints/hugging-face-folder.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { QualityTask, TaskData } from "../evaluation/task.ts";
import type { PlanParts } from "./candidate-plan.ts";
import { paretoFront } from "./judgement.ts";
import { judgementOf, type Trial } from "./trial.ts";
import type { TuneOptions } from "./tune.ts";
import { findingOf, type JudgedPlan, type LeftOut, TUNING_SCHEMA, type Tuning } from "./tuning.ts";

/** A candidate's plan, and how it did on the most rows that it saw. */
export interface JudgedTrial {
  readonly parts: PlanParts;
  readonly trial: Trial;
}

/** A search that is over. */
export interface FinishedSearch {
  readonly data: TaskData;
  readonly task: QualityTask;
  readonly rowCounts: readonly number[];
  readonly leftOut: readonly LeftOut[];
  readonly best: JudgedTrial;
  readonly confirmation?: Exclude<Tuning["confirmation"], null>;
  readonly tried: readonly JudgedTrial[];
}

/** What a search found, as a document. */
export function tuningOf(options: TuneOptions, found: FinishedSearch): Tuning {
  const { model, dataset, objective } = options;
  const { data, best, tried } = found;
  const rowCount = data.split.rows.length;
  const cost = objective.cost;
  const onAll = tried.filter(({ trial }) => trial.rowCount === rowCount);
  const judged = onAll.map((item) => ({ ...item, judgement: judgementOf(item.trial, cost, options.margin) }));
  const undominated = paretoFront(judged.filter(savesSomething));
  // Luckier plans may be cheaper than the chosen one and better, but for the margin.
  const front = judged.filter((item) => undominated.includes(item) || item.trial === best.trial);
  front.sort((left, right) => left.judgement.costRatio - right.judgement.costRatio);
  const onFront = new Set(front.map(({ trial }) => trial));
  return {
    schema: TUNING_SCHEMA,
    model: model.name,
    engine: options.engine,
    dataset: {
      ...{ name: dataset.name, format: dataset.format, split: data.splitName, rowCount },
      cutFrom: options.cutFrom ?? null,
    },
    task: found.task.id,
    metric: best.trial.metric,
    floorPoints: options.floorPoints,
    margin: options.margin,
    objective: cost,
    seed: options.seed,
    search: {
      ...{ triedCount: tried.length, judgedOnAllCount: onAll.length, trialBudget: options.trialBudget },
      rowCounts: found.rowCounts,
      supportPerClass: options.supportPerClass ?? null,
      leftOut: found.leftOut,
    },
    finding: findingOf(best.parts),
    chosen: { ...judgedPlan(best), plan: planOf(options, found) },
    confirmation: found.confirmation ?? null,
    front: front.map(judgedPlan),
    others: tried
      .filter(({ trial }) => !onFront.has(trial))
      .map(({ trial }) => ({
        rowCount: trial.rowCount,
        differencePoints: trial.quality.difference.value * 100,
        savedRatio: trial.savings[cost].savedRatio,
      })),
    bootstrap: options.bootstrap,
    test: null,
  };
}

/** Dense is the point that all are compared with; what saves nothing is no way away from it. */
function savesSomething({
  judgement,
  parts,
}: {
  judgement: { costRatio: number };
  parts: PlanParts;
}): boolean {
  return judgement.costRatio < 1 || Object.keys(parts).length === 0;
}

function judgedPlan({ parts, trial }: JudgedTrial): JudgedPlan {
  return { parts, quality: trial.quality, savings: trial.savings };
}

const LONGEST_NAME = 60;

/** The chosen plan with a name, and with how it was chosen. */
function planOf(
  options: TuneOptions,
  { best, tried, data, rowCounts, confirmation }: FinishedSearch,
): PruningPlan {
  const { model, dataset, objective, floorPoints, cutFrom } = options;
  const { quality, metric } = best.trial;
  const percent = (value: number) => (value * 100).toFixed(2);
  const rows = `${rowCounts.at(-1)} rows of ${data.splitName}${cutFrom === undefined ? "" : ` (cut out of ${cutFrom})`}`;
  const again =
    confirmation === undefined
      ? ""
      : `, and again on ${confirmation.rowCount} further rows (dense ${percent(confirmation.quality.dense.value)}, pruned ${percent(confirmation.quality.pruned.value)})`;
  return {
    schema: "spatten/plan@1",
    name: `${model.name.slice(0, LONGEST_NAME)}-tuned-${floorPoints}`,
    source:
      `spatten tune: of ${tried.length} plans tried, the one with the least ${objective.title} that loses at most ` +
      `${floorPoints} points of ${metric.title} on ${rows} of ${lastPart(dataset.name).slice(0, LONGEST_NAME)} ` +
      `(dense ${percent(quality.dense.value)}, pruned ${percent(quality.pruned.value)}, margin of ${options.margin} standard errors)${again}; ` +
      `model ${model.name.slice(0, LONGEST_NAME)}, engine ${options.engine}, seed ${options.seed}`,
    assumptions: assumptionsOf(options, best, tried.length),
    ...best.parts,
  };
}

function assumptionsOf(
  { model, headChoice, limit }: TuneOptions,
  { parts }: JudgedTrial,
  triedCount: number,
): string[] {
  const optimistic = `its figure on these rows is optimistic, since it was chosen for it among ${triedCount}${limit === undefined ? "" : ", and they are a part of the split"}`;
  const firstTokenStays = "the first token stays, since the model's head reads it; the paper protects none";
  const isDecoder = model.task === "generation";
  const readsFirst = !isDecoder && model.model.head.kind === "first-token";
  const whole = "the prompt is worked on whole, and the newest token stays";
  const fixed = "heads are fixed beforehand, by their importance over dense runs, not while the model runs";
  return [
    optimistic,
    ...(parts.tokens !== undefined && readsFirst ? [firstTokenStays] : []),
    ...(parts.tokens !== undefined && isDecoder ? [whole] : []),
    ...(parts.fixedHeads !== undefined && headChoice === "fixed" ? [fixed] : []),
  ];
}
