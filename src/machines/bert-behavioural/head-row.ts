import { SpattenError } from "../../base/errors.ts";
import { describeValue } from "../../base/schema.ts";

/** One head of one layer, as the model sees it. */
export interface BertHeadRow {
  readonly layer: number;
  readonly headDimension: number;
  /** Queries: all tokens of the sentence, pruned or not. */
  readonly sentenceLength: number;
  readonly keyCount: number;
  readonly keyBits: number;
  readonly valueBits: number;
  /** Tokens that a ranking after this head keeps; undefined without one. */
  readonly topKCount: number | undefined;
}

/** Columns of `bert.cpp`'s `input.csv`, in the order of the file. */
export const BERT_COLUMNS = [
  "layer_id",
  "head_id",
  "embedding_length_D",
  "sentence_length_L",
  "key_value_query_fetch_num",
  "quant_key_bit",
  "quant_value_bit",
  "quant_query_bit",
  "auto_requant_thres",
  "if_requant",
  "auto_requant_incre",
  "auto_requant_num",
  "if_accumulate_importance",
  "if_topk",
  "topk",
] as const;
type BertColumn = (typeof BERT_COLUMNS)[number];

const LARGEST_COUNT = 1 << 20;
const LARGEST_BITS = 32;

/**
 * The rows of an input file of the official behavioural model; columns that it does not use may hold anything.
 * @throws SpattenError `workload` with line and column.
 */
export function readBertRows(text: string, where: string): readonly BertHeadRow[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  if (lines[0] !== BERT_COLUMNS.join(",")) {
    throw new SpattenError("workload", "not an input of the official BERT model: the header differs", {
      where: `${where}: line 1`,
      got: describeValue((lines[0] ?? "").slice(0, 100)),
      expected: BERT_COLUMNS.join(","),
    });
  }
  if (lines.length < 2) throw new SpattenError("workload", "the file has no rows", { where });
  return lines.slice(1).map((line, index) => parseRow(line, `${where}: line ${index + 2}`));
}

function parseRow(line: string, where: string): BertHeadRow {
  const cells = line.split(",", BERT_COLUMNS.length + 1);
  if (cells.length !== BERT_COLUMNS.length) {
    throw new SpattenError("workload", "a row has the wrong number of columns", {
      where,
      got: String(cells.length),
      expected: String(BERT_COLUMNS.length),
    });
  }
  const cell = (column: BertColumn): string => cells[BERT_COLUMNS.indexOf(column)]!;
  const fault = (column: BertColumn, expected: string) =>
    new SpattenError("workload", `not a value of ${column}`, {
      where,
      got: describeValue(cell(column)),
      expected,
    });
  const whole = (column: BertColumn, minimum: number, maximum = LARGEST_COUNT): number => {
    const value = /^\d{1,9}(\.0)?$/.test(cell(column)) ? Number(cell(column)) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw fault(column, `a whole number from ${minimum} to ${maximum}`);
  };
  const isRanked = cell("if_topk") === "True";
  if (!isRanked && cell("if_topk") !== "False") throw fault("if_topk", "True or False");
  const keyCount = whole("key_value_query_fetch_num", 1);
  return {
    layer: whole("layer_id", 0),
    headDimension: whole("embedding_length_D", 1),
    sentenceLength: whole("sentence_length_L", 1),
    keyCount,
    keyBits: whole("quant_key_bit", 1, LARGEST_BITS),
    valueBits: whole("quant_value_bit", 1, LARGEST_BITS),
    topKCount: isRanked ? whole("topk", 1) : undefined,
  };
}
