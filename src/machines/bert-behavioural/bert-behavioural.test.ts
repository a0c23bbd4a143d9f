import { describe, expect, it } from "vitest";
import { goldenFolder, hasShared } from "../../../test/support/shared.ts";
import {
  bertRunDifferences,
  bertRunFiles,
  breakdownDifferences,
  readBertRun,
  readBreakdown,
} from "../../experiments/validation/bert-golden.ts";
import { bertBehaviouralCycles, countedBits, transactionsOf } from "./cycles.ts";
import { BERT_COLUMNS, type BertHeadRow, readBertRows } from "./head-row.ts";
import { bertBehaviouralParameters } from "./parameters.ts";

describe.runIf(hasShared)("the behavioural model of BERT, against the official one", () => {
  const golden = hasShared ? goldenFolder() : undefined;
  const files = golden === undefined ? [] : bertRunFiles(golden);

  it.each(files)("equals %s in every layer and in all", (file) => {
    const { layers, rows } = readBertRun(golden!, file);
    expect(layers.length).toBeGreaterThan(0);
    // A ranked run depends on what lay in the original's heap; there is none among them.
    expect(rows.filter((row) => row.topKCount !== undefined)).toEqual([]);
    expect(bertRunDifferences(golden!, file)).toEqual([]);
  });

  it("equals every term of breakdown.csv", () => {
    const lines = readBreakdown(golden!);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(breakdownDifferences(golden!, line)).toEqual([]);
  });
});

const row: BertHeadRow = {
  layer: 0,
  headDimension: 64,
  sentenceLength: 128,
  keyCount: 128,
  keyBits: 8,
  valueBits: 8,
  topKCount: undefined,
};

describe("the behavioural model of BERT", () => {
  const parameters = bertBehaviouralParameters();

  it("adds 16 DRAM cycles each for K and V, 2,048 of fill and 119 of drain for one head of 128 keys", () => {
    expect(bertBehaviouralCycles(parameters, [row]).layers).toEqual([
      {
        layer: 0,
        dramCycles: 32,
        fillCycles: 2048,
        drainCycles: 119,
        topKCycles: 0,
        cycles: 2199,
        keyTransactions: 256,
        valueTransactions: 256,
      },
    ]);
  });

  it("rounds transactions down, which no golden input shows: 60 bytes are one", () => {
    const small = bertBehaviouralParameters({ multiplierCountPerModule: 60 });
    const odd = { ...row, headDimension: 60, keyCount: 1, valueBits: 4 };
    expect(transactionsOf(small, odd, odd.keyBits)).toBe(1);
    expect(bertBehaviouralCycles(small, [odd]).layers[0]).toMatchObject({
      dramCycles: 1,
      valueTransactions: 0,
    });
  });

  it("counts 6 bits, and more than 8, as 8", () => {
    expect([4, 5, 6, 7, 8, 10, 12, 16].map(countedBits)).toEqual([4, 5, 8, 7, 8, 8, 8, 8]);
  });

  it("adds a ranking by its formula: at least a pass over all keys, equal on every run", () => {
    const ranked = { ...row, topKCount: 64 };
    const [layer] = bertBehaviouralCycles(parameters, [ranked]).layers;
    // 16 batches in, 8 out, and 128 / 4 + 4 for the first pass.
    expect(layer!.topKCycles).toBeGreaterThanOrEqual(16 + 8 + 36);
    expect(bertBehaviouralCycles(parameters, [ranked]).layers[0]).toEqual(layer);
    expect(
      bertBehaviouralCycles(parameters, [{ ...row, topKCount: 999 }]).layers[0]!.topKCycles,
    ).toBeGreaterThan(0);
  });

  it("refuses heads wider than the multipliers, and files that are none", () => {
    const wide = { ...row, headDimension: 513 };
    expect(() => bertBehaviouralCycles(parameters, [wide])).toThrow("512 for heads of 513 elements");
    expect(() => bertBehaviouralParameters({ channels: 2 })).toThrow('unknown key "channels"');
    expect(() => readBertRows("a,b\n", "x.csv")).toThrow("x.csv: line 1: not an input");
    const header = BERT_COLUMNS.join(",");
    expect(() => readBertRows(`${header}\n1,2\n`, "x.csv")).toThrow(
      "x.csv: line 2: a row has the wrong number",
    );
    const line = "0,0,64,64,0,8,8,16,-1,False,-1,-1,True,False,-1";
    expect(() => readBertRows(`${header}\n${line}\n`, "x.csv")).toThrow(
      "not a value of key_value_query_fetch_num",
    );
  });
});
