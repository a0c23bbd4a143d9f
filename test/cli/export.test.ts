import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkGraph } from "../../src/graph/check-graph.ts";
import { readOnnx } from "../../src/graph/read-onnx.ts";
import { wholeBytes } from "../../src/graph/write-onnx.ts";
import { createSpatten } from "../../src/index.ts";
import type { TextRun } from "../../src/inference/text-model.ts";
import { parsePlan } from "../../src/pruning/plan.ts";
import { spattenHere } from "../support/command-line.ts";
import { tokenParts } from "../support/plan-parts.ts";

const MODEL = "bert-clinc150";
const TEXTS = [
  "what is the weather like in paris tomorrow",
  "book a table for two",
  "could you please tell me how much money is left on my credit card before i go shopping",
];
const plan = parsePlan({
  ...{ name: "half", source: "test" },
  tokens: tokenParts([1, 0.8, 0.6, 0.5]),
});

let folder: string;
let expected: TextRun[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spatten-export-"));
  writeFileSync(join(folder, "half.json"), JSON.stringify(plan));
  const model = await createSpatten().load(MODEL);
  expected = await Promise.all(TEXTS.map((text) => model.run(text, { plan })));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What stock onnxruntime-web makes of the texts in one batch, without anything of this package. */
async function runStock(session: InferenceSession) {
  const width = Math.max(...expected.map(({ ids }) => ids.length));
  const padded = expected.flatMap(({ ids }) => [...ids, ...new Array<number>(width - ids.length).fill(0)]);
  const shape = [TEXTS.length, width];
  return session.run({
    input_ids: new Tensor("int64", BigInt64Array.from(padded, BigInt), shape),
    token_type_ids: new Tensor("int64", new BigInt64Array(padded.length), shape),
    lengths: new Tensor(
      "int64",
      BigInt64Array.from(expected, ({ ids }) => BigInt(ids.length)),
      [TEXTS.length],
    ),
  });
}

function largestDifference(outputs: InferenceSession.OnnxValueMapType): number {
  const logits = outputs.logits!.data as Float32Array;
  const errors = expected.flatMap(({ prediction }, row) => {
    if (prediction.kind !== "classification") throw new Error("the model classifies");
    const scale = Math.max(...prediction.logits.map(Math.abs));
    return Array.from(
      prediction.logits,
      (value, index) => Math.abs(value - logits[row * 150 + index]!) / scale,
    );
  });
  return Math.max(...errors);
}

const exportTo = (name: string, ...more: string[]) =>
  spattenHere([
    "export",
    "--model",
    MODEL,
    "--plan",
    join(folder, "half.json"),
    "--out",
    join(folder, name),
    ...more,
  ]);

describe("spatten export", () => {
  it("writes a file of standard operators that stock onnxruntime-web runs to the reference's answer", async () => {
    const { code, stdout, stderr } = await exportTo("half.onnx");
    expect(code, stderr).toBe(0);
    const bytes = readFileSync(join(folder, "half.onnx"));
    expect(stdout).toBe(`wrote ${join(folder, "half.onnx")}, ${bytes.length} bytes\n`);
    const graph = readOnnx(bytes, "half.onnx");
    checkGraph(graph);
    expect(graph.operatorSets).toEqual([{ domain: "", version: 17 }]);
    expect(JSON.parse(graph.metadata.plan!)).toEqual(plan);
    const outputs = await runStock(await InferenceSession.create(bytes));
    expect(largestDifference(outputs)).toBeLessThan(1e-4);
    for (const layer of [1, 2, 3]) {
      const { data, dims } = outputs[`layer_${layer}_positions`]!;
      for (const [row, { layers }] of expected.entries()) {
        const positions = Array.from(data as BigInt64Array, Number).slice(
          row * dims[1]!,
          (row + 1) * dims[1]!,
        );
        expect(positions.slice(0, layers[layer]!.tokens.length)).toEqual(layers[layer]!.tokens);
      }
    }
    expect(readdirSync(folder).filter((file) => file.includes(".tmp-"))).toEqual([]);
  });

  it("writes int8 weights in standard operators, smaller and close", async () => {
    const { code, stderr } = await exportTo("small.onnx", "--int8");
    expect(code, stderr).toBe(0);
    const bytes = readFileSync(join(folder, "small.onnx"));
    checkGraph(readOnnx(bytes, "small.onnx"));
    expect(bytes.length).toBeLessThan(0.7 * readFileSync(join(folder, "half.onnx")).length);
    const error = largestDifference(await runStock(await InferenceSession.create(bytes)));
    expect(error).toBeLessThan(0.15);
    expect(error).toBeGreaterThan(1e-4);
  });

  it("puts constants beside the model past a limit, where stock onnxruntime-web finds them", async () => {
    const written = await createSpatten().exportOnnx(MODEL, {
      ...{ plan, inlineLimitBytes: 1_000_000, externalFileName: "half.data" },
    });
    expect(written.model.byteLength).toBeLessThan(1_000_000);
    const session = await InferenceSession.create(wholeBytes(written.model), {
      externalData: [{ path: "half.data", data: wholeBytes(written.external!) }],
    });
    expect(largestDifference(await runStock(session))).toBeLessThan(1e-4);
  });

  it("refuses a plan that graphs cannot follow, and writes nothing", async () => {
    const out = join(folder, "refused.onnx");
    const { code, stderr } = await spattenHere(["export", "--plan", "clinc150-safe", "--out", out]);
    expect(code).toBe(3);
    expect(stderr).toContain("the reference engine runs every plan");
    expect(readdirSync(folder)).not.toContain("refused.onnx");
  });
});

describe("spatten run --engine onnx", () => {
  it("gives the reference's answer, decisions and cycles", async () => {
    const run = async (engine: string) => {
      const { code, stdout, stderr } = await spattenHere([
        ...["run", "--text", TEXTS[0]!, "--plan", join(folder, "half.json"), "--engine", engine, "--json"],
      ]);
      expect(code, stderr).toBe(0);
      const { pruned, layers, machine } = JSON.parse(stdout);
      const kept = layers.map(({ tokensKept, headsKept }: Record<string, unknown>) => ({
        tokensKept,
        headsKept,
      }));
      return { label: pruned.label, kept, cycles: machine.pruned.cycles };
    };
    expect(await run("onnx")).toEqual(await run("reference"));
  });

  it("is among what doctor finds, and methods say where they run", async () => {
    const doctor = await spattenHere(["doctor"]);
    expect(doctor.stdout).toMatch(/ok +engine onnx +ONNX graph on onnxruntime-node/);
    expect(doctor.stdout).toMatch(/ok +engine onnx-int8-full +.* weights of 8 bits/);
    expect(doctor.stdout).toMatch(/ok +processor +.*(7 bits|all 8 bits)/);
    const { stdout } = await spattenHere(["list", "methods"]);
    expect(stdout).toMatch(/spatten .*; every engine\n/);
    expect(stdout).toMatch(/random .*; engine reference only\n/);
  });
});
