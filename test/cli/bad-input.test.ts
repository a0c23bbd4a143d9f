import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundledModelFolder } from "../../src/platform/node/installation.ts";
import { spattenHere } from "../support/command-line.ts";
import { spatten } from "../support/exec.ts";
import { tamperedModel, withHeader } from "../support/model-folder.ts";

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-bad-"));
  tamperedModel(at("truncated"), (weights) => weights.subarray(0, weights.length - 1000));
  tamperedModel(at("huge-header"), (weights) => {
    const copy = Buffer.from(weights);
    copy.writeBigUInt64LE(10n * 1024n ** 3n, 0);
    return copy;
  });
  tamperedModel(at("overlap"), (weights) =>
    withHeader(weights, (header) => {
      const [first, second] = Object.values(header).filter((entry) => entry.data_offsets !== undefined);
      second!.data_offsets = first!.data_offsets;
    }),
  );
  tamperedModel(at("wrong-shape"), (weights) =>
    withHeader(weights, (header) => header["classifier.weight"]!.shape.reverse()),
  );
  tamperedModel(at("missing-tensor"), (weights) =>
    withHeader(weights, (header) => {
      header["classifier.extra"] = header["classifier.bias"]!;
      delete header["classifier.bias"];
    }),
  );
  tamperedModel(at("empty-weights"), () => new Uint8Array());
  shardOutside(at("shard-outside"));
  const write = (name: string, content: string | Uint8Array) => writeFileSync(at(name), content);
  write(
    "unknown-key.yaml",
    "name: x\nsource: y\nvalues: { keepRato: 0.5, rounding: ceil, minimumCount: 1 }\n",
  );
  write(
    "negative.yaml",
    "name: x\nsource: y\nvalues: { keepRatio: 0.5, rounding: ceil, minimumCount: -1 }\n",
  );
  write("nan.yaml", "name: x\nsource: y\nvalues: { keepRatio: .nan, rounding: ceil, minimumCount: 1 }\n");
  write("bomb.yaml", aliasBomb());
  write("machine-nan.yaml", "extends: spatten\nclockGigahertz: .nan\n");
  write("machine-key.yaml", "extends: spatten\nclockGigaherz: 1\n");
  write("no-channels.yaml", "extends: spatten\ndram: { channelCount: 0 }\n");
  write("no-fifo.yaml", "extends: spatten\nfetcher: { fifoDepth: 0 }\n");
  write("no-device.yaml", "extends: spatten\ndram: { deviceName: hbm2-2gbp }\n");
  write("odd-channels.yaml", "extends: spatten-release-eighth\ndramChannelCount: 3\n");
  write("bad-trace.txt", "0\n64\nR sixty-four\n");
  write("empty.csv", "");
  write("binary.csv", Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 73) % 256)));
  write("missing-column.csv", officialCsv("0,0,0,64.0,993,993,6,16,0.05,True,4,204,6,True,False,False"));
  write("negative.csv", officialCsv("0,0,0,64.0,993,-5,6,16,0.05,True,4,204,6,True,False,False,-1"));
  write("nan.csv", officialCsv("0,0,0,64.0,993,nan,6,16,0.05,True,4,204,6,True,False,False,-1"));
  write("gpt2-small.csv", officialCsv(gpt2SmallRows()));
  write("million.txt", "word ".repeat(200_000));
  write("not-text.txt", Buffer.from([0xff, 0xfe, 0x00, 0xd8]));
  write("empty.jsonl", "");
  mkdirSync(at("a-folder"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type BadCase = readonly [name: string, code: number, says: RegExp, ...command: string[]];

const BAD: readonly BadCase[] = [
  [
    "a truncated weight file",
    2,
    /truncated.*model\.safetensors.*\[checkpoint\]/,
    "run",
    "--model",
    "@truncated",
  ],
  ["a header of 10 GB", 2, /10737418240.*\[checkpoint\]/, "run", "--model", "@huge-header"],
  ["overlapping offsets", 2, /overlap.*\[checkpoint\]/, "run", "--model", "@overlap"],
  ["a wrong shape", 2, /classifier\.weight.*\[checkpoint\]/, "run", "--model", "@wrong-shape"],
  [
    "missing and extra tensors",
    2,
    /classifier\.bias.*classifier\.extra.*\[checkpoint\]/,
    "run",
    "--model",
    "@missing-tensor",
  ],
  ["a weight file of 0 bytes", 2, /\[checkpoint\]/, "run", "--model", "@empty-weights"],
  ["a shard outside the folder", 2, /\.\..*\[checkpoint\]/, "run", "--model", "@shard-outside"],
  ["a missing model", 3, /no such model folder.*\[missing-model\]/, "run", "--model", "@nowhere"],
  ["a folder without a model", 3, /\[missing-model\]/, "run", "--model", "@a-folder"],
  ["an unknown plan key", 2, /did you mean "keepRatio"/, "run", "--plan", "@unknown-key.yaml"],
  ["an unknown plan", 2, /did you mean "clinc150-strong"/, "run", "--plan", "clinc150-strng"],
  [
    "a negative count in a plan",
    2,
    /got -1; expected a number of at least 1/,
    "run",
    "--plan",
    "@negative.yaml",
  ],
  ["NaN in a plan", 2, /values\.keepRatio.*NaN/, "run", "--plan", "@nan.yaml"],
  ["a YAML alias bomb", 2, /\[config\]/, "run", "--plan", "@bomb.yaml"],
  ["NaN in a machine", 2, /clockGigahertz.*NaN/, "run", "--machine", "@machine-nan.yaml"],
  ["an unknown machine key", 2, /did you mean "clockGigahertz"/, "run", "--machine", "@machine-key.yaml"],
  ["an unknown machine", 2, /did you mean "spatten-eighth"/, "run", "--machine", "spatten-eigth"],
  ["an unknown engine", 2, /did you mean "reference"/, "run", "--engine", "referense"],
  ["a CSV of 0 bytes", 2, /empty\.csv.*\[workload\]/, "simulate", "@empty.csv"],
  ["a binary CSV", 2, /binary\.csv.*\[(workload|input)\]/, "simulate", "@binary.csv"],
  [
    "a CSV row with a missing column",
    2,
    /missing-column\.csv.*2.*\[workload\]/,
    "simulate",
    "@missing-column.csv",
  ],
  ["a negative count in a CSV", 2, /negative\.csv.*-5.*\[workload\]/, "simulate", "@negative.csv"],
  ["NaN in a CSV", 2, /nan\.csv.*nan.*\[workload\]/, "simulate", "@nan.csv"],
  ["a workload of 0 bytes", 2, /empty\.jsonl.*\[workload\]/, "simulate", "@empty.jsonl"],
  ["a workload that is not there", 2, /no such file.*\[input\]/, "simulate", "@nothing.jsonl"],
  [
    "a fidelity that is not there",
    3,
    /analytical.*\[missing-engine\]/,
    "simulate",
    "@good.jsonl",
    "--fidelity",
    "cycle",
    "--machine",
    "bert-behavioural",
  ],
  [
    "a machine without channels",
    2,
    /dram\.channelCount.*got 0; expected a number from 1 to 1024/,
    "simulate",
    "@good.jsonl",
    "--machine",
    "@no-channels.yaml",
  ],
  [
    "a FIFO of depth 0",
    2,
    /fetcher\.fifoDepth.*got 0; expected a number from 1 to 65536/,
    "simulate",
    "@good.jsonl",
    "--machine",
    "@no-fifo.yaml",
  ],
  [
    "an unknown DRAM device in a machine, at any fidelity",
    2,
    /dram\.deviceName.*"hbm2-2gbp".*one of .*hbm2-2gbps/,
    "simulate",
    "@good.jsonl",
    "--machine",
    "@no-device.yaml",
  ],
  [
    "channels that are no power of two where addresses need it",
    2,
    /dramChannelCount.*got 3; expected .*power of two/,
    "simulate",
    "@good.jsonl",
    "--machine",
    "@odd-channels.yaml",
  ],
  [
    "heads wider than the multipliers",
    2,
    /got 512 for heads of 1024 elements; expected at least 1024/,
    "simulate",
    "@wide.jsonl",
    "--fidelity",
    "cycle",
  ],
  ["an unknown DRAM device", 2, /did you mean "hbm2-2gbps"/, "dram", "seq-n4096", "--device", "hbm2-2gbp"],
  ["a trace with a bad line", 2, /bad-trace\.txt.*3.*sixty-four/, "dram", "@bad-trace.txt"],
  ["no seeds", 2, /1 to 1000/, "simulate", "@good.jsonl", "--seeds", "0"],
  [
    "fully connected layers of a model that is not known",
    2,
    /are not known.*bert-base.*\[workload\]/,
    "simulate",
    "@good.jsonl",
    "--fully-connected",
    "8",
  ],
  [
    "fully connected layers of a width that is not there",
    2,
    /8, 12/,
    "simulate",
    "@good.jsonl",
    "--fully-connected",
    "9",
  ],
  [
    "fully connected layers on an attention machine",
    2,
    /machine spatten-e2e runs them.*\[workload\]/,
    "simulate",
    "@gpt2-small.csv",
    "--fully-connected",
    "8",
  ],
  ["a negative iteration", 2, /whole number/, "simulate", "@good.jsonl", "--iteration=-1"],
  ["an empty text", 2, /the text is empty.*\[input\]/, "run", "--text", "  "],
  ["a text file of 10^6 characters", 2, /too long.*\[input\]/, "run", "--text-file", "@million.txt"],
  ["a text file that is not text", 2, /UTF-8.*\[input\]/, "run", "--text-file", "@not-text.txt"],
  ["a text beyond the positions", 2, /--truncate.*\[input\]/, "run", "--text", "weather ".repeat(300)],
  ["two texts", 2, /give the text once.*\[usage\]/, "run", "-", "--text", "hello"],
  [
    "a page in a missing folder",
    2,
    /no such file or folder.*\[output\]/,
    "run",
    "--html",
    "@nowhere/page.html",
  ],
  ["a page that is a folder", 2, /it is a folder.*\[output\]/, "run", "--html", "@a-folder"],
  ["a workload in a missing folder", 2, /\[output\]/, "run", "--workload", "@nowhere/work.jsonl"],
  ["tensors without a workload", 2, /--workload.*\[usage\]/, "run", "--tensors"],
  ["an unknown option", 2, /--plan/, "run", "--plam", "none"],
  ["an unknown command", 2, /simulate/, "simulat"],
];

describe("bad input", () => {
  beforeAll(async () => {
    const { code } = await spattenHere(["run", "--text", "hello there", "--workload", at("good.jsonl")]);
    expect(code).toBe(0);
    const [header, ...jobs] = readFileSync(at("good.jsonl"), "utf8").split("\n");
    const wide = header!.replace(/"headDimension":\d+/, '"headDimension":1024');
    writeFileSync(at("wide.jsonl"), [wide, ...jobs].join("\n"));
  });

  it.each(BAD.map(([name, code, says, ...command]) => ({ name, code, says, command })))(
    "$name ends with exit code $code and says why",
    async ({ code, says, command }) => {
      const before = readdirSync(folder, { recursive: true });
      const outcome = await spattenHere(inFolder(command));
      expect(outcome.stderr).toMatch(says);
      expect(outcome.code).toBe(code);
      expect(outcome.stdout).toBe("");
      expect(outcome.stderr).not.toMatch(/\n\s+at /);
      expect(readdirSync(folder, { recursive: true })).toEqual(before);
    },
  );

  it.each(["a missing model", "an unknown plan key", "an unknown option"])(
    "%s ends a process in the same way",
    async (wanted) => {
      const [, code, , ...command] = BAD.find(([name]) => name === wanted)!;
      const outcome = await spatten(inFolder(command));
      expect(outcome.code).toBe(code);
      expect(outcome).toEqual(await spattenHere(inFolder(command)));
    },
  );
});

/** A command with `@name` as a file of the folder. */
function inFolder(command: readonly string[]): string[] {
  return command.map((part) => (part.startsWith("@") ? at(part.slice(1)) : part));
}

/** One token of GPT-2-Small, nothing pruned. */
function gpt2SmallRows(): string {
  const rows = Array.from({ length: 144 }, (_, place) => [Math.floor(place / 12), place % 12]);
  return rows
    .map(([layer, head]) => `0,${layer},${head},64.0,8,8,6,16,0.05,False,4,8,6,True,False,False,-1`)
    .join("\n");
}

function officialCsv(row: string): string {
  const header =
    "iteration_id,layer_id,head_id,embedding_length_D,sentence_length_L,key_fetch_num,quant_key_bit,quant_query_bit," +
    "auto_requant_thres,if_requant,auto_requant_incre,value_fetch_num,quant_value_bit,if_accumulate_importance," +
    "if_rescale_previous_importance,if_topk,topk";
  return `${header}\n${row}\n`;
}

function aliasBomb(): string {
  const levels = "bcdefghij".split("");
  const bomb = levels.map((name, index) => {
    const previous = index === 0 ? "a" : levels[index - 1]!;
    return `${name}: &${name} [${new Array(9).fill(`*${previous}`).join(", ")}]`;
  });
  return ['a: &a ["x", "x", "x", "x", "x", "x", "x", "x", "x"]', ...bomb].join("\n");
}

function shardOutside(target: string): void {
  cpSync(bundledModelFolder("bert-clinc150"), target, { recursive: true });
  rmSync(join(target, "model.safetensors"));
  const index = { metadata: {}, weight_map: { "classifier.weight": "../truncated/model.safetensors" } };
  writeFileSync(join(target, "model.safetensors.index.json"), JSON.stringify(index));
}
