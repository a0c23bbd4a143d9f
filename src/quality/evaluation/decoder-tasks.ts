import type { Split } from "../datasets/dataset.ts";
import { BLOCK_TOKENS } from "../perplexity/policy-comparison.ts";
import { countedMetric } from "./class-metrics.ts";
import { rowAnswers } from "./model-tasks.ts";
import type { Answer, PlannedInput } from "./outcome.ts";
import type { QualityTask, TaskData, TaskMetric } from "./task.ts";

type Row<Kind extends Split["rows"][number]["kind"]> = Extract<Split["rows"][number], { kind: Kind }>;
type TokensAnswer = Extract<Answer, { kind: "tokens" }>;

/** Fewer windows are too few to draw from. */
const LEAST_WINDOWS = 20;

/** What one thing that intervals draw adds to the means. */
interface Unit {
  readonly tokenCount: number;
  readonly nats: number;
  readonly rightCount: number;
}

function windowsOf({ split }: TaskData): Row<"window">[] {
  return split.rows.filter((row) => row.kind === "window");
}

/** Windows where there are enough of them, else blocks of consecutive tokens within windows. */
function unitsOf(windows: readonly Row<"window">[], answers: readonly TokensAnswer[]): Unit[] {
  const isWhole = windows.length >= LEAST_WINDOWS;
  return windows.flatMap(({ ids, promptCount }, row) => {
    const { nats, likeliestIds } = answers[row]!;
    const size = isWhole ? Math.max(1, nats.length) : BLOCK_TOKENS;
    return Array.from({ length: Math.ceil(nats.length / size) }, (_, block) => {
      const part = nats.slice(block * size, (block + 1) * size);
      const isRight = (_nats: number, index: number) =>
        likeliestIds[block * size + index] === ids[promptCount + block * size + index];
      return {
        tokenCount: part.length,
        nats: part.reduce((sum, value) => sum + value, 0),
        rightCount: part.filter(isRight).length,
      };
    });
  });
}

/** Mean over the tokens of the drawn units. */
function perToken(units: readonly Unit[], of: (unit: Unit) => number): TaskMetric["of"] {
  return (drawn) => {
    let [sum, tokenCount] = [0, 0];
    for (const index of drawn) {
      sum += of(units[index]!);
      tokenCount += units[index]!.tokenCount;
    }
    return sum / tokenCount;
  };
}

/** What a text costs a decoder, token by token, behind a prompt that it saw whole. */
export const perplexityTask: QualityTask = {
  id: "perplexity",
  title: "nats a token of the second half of windows",
  fits: (modelTask, rowKind) => modelTask === "generation" && rowKind === "window",
  needsSupport: false,
  inputs: (data) =>
    windowsOf(data).map(({ ids, promptCount, where }, row): PlannedInput => {
      const key = `${data.splitName}/${row}`;
      return { key, make: () => ({ key, where, kind: "window", ids, promptCount }) };
    }),
  score: (data, answerOf) => {
    const answers = rowAnswers(data, answerOf, "tokens");
    const units = unitsOf(windowsOf(data), answers);
    const nats = perToken(units, (unit) => unit.nats);
    const right = perToken(units, (unit) => unit.rightCount);
    return {
      decisions: answers.flatMap(({ likeliestIds }) => likeliestIds.map(String)),
      unitCount: units.length,
      metrics: [
        { id: "nats", title: "nats a token", unit: "nats", isSmallerBetter: true, of: nats },
        {
          ...{ id: "perplexity", title: "perplexity", unit: "perplexity", isSmallerBetter: true },
          of: (drawn) => Math.exp(nats(drawn)),
        },
        // What a search may lose of: a point of 100 is 0.01 nat, about one percent of perplexity.
        { id: "log-likelihood", title: "log-likelihood a token", unit: "nats", of: (drawn) => -nats(drawn) },
        { id: "next-token", title: "likeliest is next", of: right },
      ],
    };
  },
  protocol: (data, { dense }) => {
    const windows = windowsOf(data);
    const answers = rowAnswers(data, dense, "tokens");
    const { ids, promptCount, beginId } = windows[0]!;
    const sum = (of: (answer: TokensAnswer) => number) =>
      answers.reduce((total, answer) => total + of(answer), 0);
    const tokenCount = sum(({ nats, promptScoredCount }) => nats.length + promptScoredCount);
    const nats =
      sum((answer) => answer.promptNats + answer.nats.reduce((total, value) => total + value, 0)) /
      tokenCount;
    const isWhole = windows.length >= LEAST_WINDOWS;
    return {
      kind: "windows",
      windowTokenCount: ids.length - (beginId === null ? 0 : 1),
      promptTokenCount: promptCount,
      scoredTokenCount: ids.length - promptCount,
      beginId,
      wholeWindows: { nats, perplexity: Math.exp(nats), tokenCount },
      drawn: {
        of: isWhole ? "windows" : "blocks",
        count: unitsOf(windows, answers).length,
        tokenCount: isWhole ? ids.length - promptCount : Math.min(BLOCK_TOKENS, ids.length - promptCount),
      },
    };
  },
};

/** Tokens of an answer, at most: a number of five digits and a few words about it. */
const ANSWER_TOKENS = 24;

function needlesOf({ split }: TaskData): Row<"needle">[] {
  return split.rows.filter((row) => row.kind === "needle");
}

function areFound(data: TaskData, answerOf: (key: string) => Answer): number[] {
  const said = rowAnswers(data, answerOf, "completion");
  return needlesOf(data).map(({ value }, row) => (said[row]!.text.includes(value) ? 1 : 0));
}

/** A fact hidden in a long text, and asked for at its end. */
export const needleTask: QualityTask = {
  id: "needle",
  title: "a fact hidden at a depth of a text",
  fits: (modelTask, rowKind) => modelTask === "generation" && rowKind === "needle",
  needsSupport: false,
  inputs: (data) =>
    needlesOf(data).map(({ ids, where }, row): PlannedInput => {
      const key = `${data.splitName}/${row}`;
      return { key, make: () => ({ key, where, kind: "prompt", ids, newTokenCount: ANSWER_TOKENS }) };
    }),
  score: (data, answerOf) => ({
    decisions: rowAnswers(data, answerOf, "completion").map(({ text }) => text),
    metrics: [countedMetric("found", "facts found", areFound(data, answerOf))],
  }),
  protocol: (data, answersOf) => {
    const found = { dense: areFound(data, answersOf.dense), pruned: areFound(data, answersOf.pruned) };
    const cells = new Map<string, { row: Row<"needle">; rows: number[] }>();
    for (const [index, row] of needlesOf(data).entries()) {
      const key = `${row.lengthTokenCount}/${row.depthRatio}`;
      const cell = cells.get(key) ?? { row, rows: [] };
      cell.rows.push(index);
      cells.set(key, cell);
    }
    const countOf = (rows: readonly number[], right: readonly number[]) =>
      rows.reduce((sum, row) => sum + right[row]!, 0);
    return {
      kind: "needle",
      cells: [...cells.values()].map(({ row, rows }) => ({
        ...{ lengthTokenCount: row.lengthTokenCount, depthRatio: row.depthRatio, rowCount: rows.length },
        rightCount: { dense: countOf(rows, found.dense), pruned: countOf(rows, found.pruned) },
      })),
    };
  },
};
