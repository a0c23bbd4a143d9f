import { SpattenError } from "../../base/errors.ts";
import { linesOf, type TextFolder } from "../../base/text-folder.ts";
import { bertBehaviouralCycles } from "../../machines/bert-behavioural/cycles.ts";
import { type BertHeadRow, readBertRows } from "../../machines/bert-behavioural/head-row.ts";
import {
  type BertBehaviouralParameters,
  bertBehaviouralParameters,
} from "../../machines/bert-behavioural/parameters.ts";
import { type Difference, folderOf, type Oracle } from "./oracle.ts";
import { differencesOf, Tally, tallyCases } from "./tally.ts";

/** A recorded run of `bert.cpp`. */
export interface BertRun {
  readonly parameters: BertBehaviouralParameters;
  readonly rows: readonly BertHeadRow[];
  /** Its printed layers and sum. */
  readonly layers: readonly { readonly layer: number; readonly cycles: number }[];
  readonly sumCycles: number;
}

const OUTPUTS = "bert-model/outputs";
const BREAKDOWN = "bert-model/breakdown.csv";

/** Names of the recorded runs, such as `dense-L64-8b.ch2.mul64.ze4.txt`. */
export function bertRunFiles(golden: TextFolder): readonly string[] {
  return golden.fileNames(OUTPUTS);
}

/** What was run, and what it printed. @throws SpattenError `input`, `workload`, `missing-data`. */
export function readBertRun(golden: TextFolder, file: string): BertRun {
  const [, input, channels, multipliers, comparators] =
    /^(.+)\.ch(\d+)\.mul(\d+)\.ze(\d+)\.txt$/.exec(file) ?? [];
  if (input === undefined) {
    throw new SpattenError("input", "the name of a recorded run says no parameters", {
      where: `golden/${OUTPUTS}`,
      got: file,
      expected: "INPUT.chN.mulN.zeN.txt",
    });
  }
  const printed = golden.readText(`${OUTPUTS}/${file}`);
  const rows = readBertRows(
    golden.readText(`bert-model/inputs/${input}.csv`),
    `golden/bert-model/inputs/${input}.csv`,
  );
  const parameters = bertBehaviouralParameters({
    dramChannelCount: Number(channels),
    multiplierCountPerModule: Number(multipliers),
    topKComparatorCount: Number(comparators),
  });
  const layers = [...printed.matchAll(/^(\d+)\t(\d+)$/gm)].map(([, layer, cycles]) => ({
    layer: Number(layer),
    cycles: Number(cycles),
  }));
  return { parameters, rows, layers, sumCycles: Number(/^SUM\t(\d+)$/m.exec(printed)?.[1]) };
}

/** Every layer of a recorded run, and the sum. */
export function bertRunDifferences(golden: TextFolder, file: string): readonly Difference[] {
  const run = readBertRun(golden, file);
  const { layers, cycles } = bertBehaviouralCycles(run.parameters, run.rows);
  const byLayer = (rows: BertRun["layers"]): Record<string, number> =>
    Object.fromEntries(rows.map((row) => [`layer ${row.layer}`, row.cycles]));
  return differencesOf(
    file,
    { ...byLayer(run.layers), layers: run.layers.length, sum: run.sumCycles },
    { ...byLayer(layers), layers: layers.length, sum: cycles },
  );
}

/** The recorded terms of layers. */
export function readBreakdown(golden: TextFolder): readonly string[] {
  return linesOf(golden.readText(BREAKDOWN)).slice(1);
}

/** Every term of a recorded layer: `input,channels,multipliers,layer,dram,fill,drain,top-k,total`. */
export function breakdownDifferences(golden: TextFolder, line: string): readonly Difference[] {
  const [input, channels, multipliers, layer, ...terms] = line.split(",");
  const { parameters, rows } = readBertRun(golden, `${input}.ch${channels}.mul${multipliers}.ze4.txt`);
  const found = bertBehaviouralCycles(parameters, rows).layers[Number(layer)];
  const names = ["dramCycles", "fillCycles", "drainCycles", "topKCycles", "cycles"] as const;
  return differencesOf(
    line,
    Object.fromEntries(names.map((name, index) => [name, Number(terms[index])])),
    Object.fromEntries(names.map((name) => [name, found?.[name]])),
  );
}

/** The authors' behavioural model: sums, layers and their terms. */
export const bertBehavioural: Oracle = {
  id: "bert-behavioural",
  title: "the official behavioural model of BERT, `bert-behavioural`",
  compared: "cycles of every layer and in all; DRAM, fill, drain and top-k of recorded layers",
  kind: "behavioural model",
  needs: [
    { folder: "golden", path: OUTPUTS },
    { folder: "golden", path: BREAKDOWN },
  ],
  *run(context) {
    const golden = folderOf(context, "golden");
    const files = bertRunFiles(golden);
    const sums = yield* tallyCases("runs", files, (file) => bertRunDifferences(golden, file));
    const lines = readBreakdown(golden);
    const terms = yield* tallyCases("layers", lines, (line) => breakdownDifferences(golden, line));
    return Tally.together(sums, terms).outcome(
      "runs and layers",
      `${files.length} runs, ${lines.length} layers by their terms`,
    );
  },
};
