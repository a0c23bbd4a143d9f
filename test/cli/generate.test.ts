import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GenerationDocument } from "../../src/report/generation-document.ts";
import { inertJson } from "../../src/report/inert-text.ts";
import { spattenHere } from "../support/command-line.ts";

let folder: string;
let usual: GenerationDocument;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spatten-generate-"));
  const tokens =
    "ratioOf: original, rounding: ceil, minimumCount: 1, protect: { firstCount: 0, lastCount: 1 }";
  const plan = (name: string, method: string) =>
    `name: ${JSON.stringify(name)}\nsource: me\ntokens: { method: ${method}, schedule: { kind: per-layer, keepRatio: [0.5] }, ${tokens} }\n`;
  writeFileSync(at("unknown-policy.yaml"), plan("mine", "strimming-llm"));
  writeFileSync(at("hostile.yaml"), plan("\u001b[31m<script>", "h2o"));
  writeFileSync(at("long.txt"), "and the king said ".repeat(400));
  usual = await documentOf(...PAPER);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = "And God said unto the people,";
const COUNT = 6;
/** The paper's own: every row stays stored. */
const PAPER = ["--plan", "paper-decoder"];
const generate = (...more: string[]) =>
  spattenHere(["run", "--text", TEXT, "--generate", String(COUNT), ...more]);

async function documentOf(...more: string[]): Promise<GenerationDocument> {
  const { code, stdout, stderr } = await generate("--json", ...more);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as GenerationDocument;
}

describe("spatten run --generate", () => {
  it("shows people the text, the cache and the savings", async () => {
    const { code, stdout } = await generate(...PAPER);
    const { generated, dense, equalTokenCount } = usual;
    expect(code).toBe(0);
    expect(stdout).toContain(`gpt2-kjv-shakespeare under plan paper-decoder\n\n${TEXT}${generated.text}\n`);
    expect(stdout).toMatch(/^6 tokens; as many tokens as were asked for; the dense model says the same/m);
    if (equalTokenCount < COUNT) expect(stdout).toContain(JSON.stringify(dense.generated.text.trim()));
    // One line for each of six layers: fewer rows are read than held, and all stay stored.
    const layers = [...stdout.matchAll(/^ +\d {2}(\d+) \/ (\d+) +[ █▓▒░]+$/gm)];
    expect(layers).toHaveLength(6);
    for (const [, , held] of layers) expect(held).toBe(layers[0]![2]);
    expect(Number(layers[5]![1])).toBeLessThan(Number(layers[5]![2]));
    for (const row of ["cache held here", "DRAM traffic", "cycles", "energy"]) expect(stdout).toContain(row);
  });

  it("prints the document that scripts rely on, the same bytes twice", async () => {
    const first = await generate("--json", ...PAPER);
    expect(first.stdout).toBe(`${inertJson(usual)}\n`);
    const run = usual;
    expect(run.schema).toBe("spatten/generation@1");
    expect(run.plan.name).toBe("paper-decoder");
    expect(run.input.text).toBe(TEXT);
    expect(run.steps.map(({ id }) => id)).toEqual(run.generated.ids);
    expect(run.steps.map(({ text }) => text).join("")).toBe(run.generated.text);
    expect(run.generated).toMatchObject({
      finishReason: "length",
      ids: expect.objectContaining({ length: 6 }),
    });
    expect(run.steps[0]).toMatchObject({ fetchedRows: 0, heldRows: 0 });
    // The cache of the last iteration: the prompt, and what was fed back.
    const length = run.input.ids.length + COUNT - 1;
    for (const layer of run.cache.layers) {
      expect(layer.heldRows).toBe(12 * length);
      expect(layer.readsByPosition).toHaveLength(length);
      expect(layer.readsByPosition.reduce((sum, reads) => sum + reads, 0)).toBe(layer.fetchedRows);
      expect(layer.readsByPosition.at(-1)).toBe(12);
    }
    expect(run.cache.layers.reduce((sum, { fetchedRows }) => sum + fetchedRows, 0)).toBe(
      run.steps.at(-1)!.fetchedRows,
    );
    expect(run.machine!.pruned.bytes.key).toBeLessThan(run.machine!.dense.bytes.key);
    expect(run.savings!.cycles).toBeCloseTo(run.machine!.dense.cycles / run.machine!.pruned.cycles, 3);
  });

  it("leaves the machine out where nothing is fed back, and says so where a workload was asked for", async () => {
    const one = ["run", "--text", TEXT, "--generate", "1"];
    const run = JSON.parse((await spattenHere([...one, "--json"])).stdout) as GenerationDocument;
    expect([run.machine, run.savings, run.steps.length]).toEqual([null, null, 1]);
    expect((await spattenHere(one)).stdout).toMatch(/^1 token; .*the dense model says the same\n/m);
    const { code, stderr } = await spattenHere([...one, "--workload", at("none.jsonl")]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/no token was fed back.*\[input\]/)]);
  });

  it("prints a line a token, then the document", async () => {
    const { stdout } = await generate("--jsonl", ...PAPER);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const document = lines.pop() as GenerationDocument;
    expect(document).toEqual(usual);
    expect(lines).toEqual(document.steps);
  });

  it("ends before a stop", async () => {
    const whole = usual.generated.text;
    const stop = whole.slice(4, 7);
    const { generated } = await documentOf(...PAPER, "--stop", "never said", "--stop", stop);
    expect(generated).toMatchObject({ finishReason: "stop", text: whole.slice(0, whole.indexOf(stop)) });
  });

  it("draws by its seed", async () => {
    const drawn = async (seed: string) =>
      (await documentOf("--plan", "none", "--temperature", "1.5", "--top-k", "50", "--seed", seed)).generated;
    const first = await drawn("1");
    expect(await drawn("1")).toEqual(first);
    expect((await drawn("2")).ids).not.toEqual(first.ids);
  });

  it("writes the attention work of the tokens behind the prompt, which simulates to the same report", async () => {
    const file = at("work.jsonl");
    const run = await documentOf("--workload", file);
    const [header, ...jobs] = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(JSON.parse(header!)).toMatchObject({ phase: "generation", iterationCount: COUNT - 1 });
    expect(jobs).toHaveLength((COUNT - 1) * 6 * 12);
    const simulated = await spattenHere(["simulate", file, "--json"]);
    expect(JSON.parse(simulated.stdout)).toEqual(run.machine!.pruned);
  });

  it("shows hostile text, and a plan of such a name, without obeying them", async () => {
    const hostile = "And </script> \u001b[31mred\u001b[0m \u009b2J \u202eevil\u202c \u2066x\u2069";
    const command = ["run", "--text", hostile, "--generate", "2", "--plan", at("hostile.yaml")];
    for (const form of [[], ["--json"], ["--jsonl"]]) {
      const { code, stdout, stderr } = await spattenHere([...command, ...form]);
      expect(code, stderr).toBe(0);
      expect(stdout).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/,
      );
      const last = stdout.trimEnd();
      if (form.length === 0) continue;
      const document = JSON.parse(form[0] === "--json" ? last : last.split("\n").at(-1)!);
      expect((document as GenerationDocument).input.text).toBe(hostile);
    }
  });
});

describe("what a generation refuses", () => {
  const generation = ["--generate", "4"];
  it.each([
    ["a chat without a template", 2, /carries no chat template.*\[config\]/, [...generation, "--chat"]],
    ["a prompt beyond the positions", 2, /more tokens than the model has positions.*\[input\]/, ["LONG"]],
    [
      "an unknown policy",
      2,
      /unknown cache policy "strimming-llm".*did you mean "streaming-llm".*\[config\]/,
      [...generation, "--plan", "@unknown-policy.yaml"],
    ],
    [
      "an encoder",
      3,
      /this model is an encoder.*without --generate/,
      [...generation, "--model", "bert-clinc150"],
    ],
    ["an unknown engine", 2, /unknown engine "onx".*did you mean "onnx"/, [...generation, "--engine", "onx"]],
    ["no tokens at all", 2, /whole number from 1/, ["--generate", "0"]],
    ["--json with --jsonl", 2, /--json and --jsonl exclude each other/, [...generation, "--json", "--jsonl"]],
    ...[
      ["--context", "x"],
      ["--truncate"],
      ["--arithmetic", "spatten"],
      ["--html", "@x.html"],
      ["--tensors"],
    ].map(
      (option) =>
        [
          option[0]!,
          2,
          new RegExp(`${option[0]} says nothing of a generation.*\\[usage\\]`),
          [...generation, ...option],
        ] as const,
    ),
  ] as const)("%s", async (_name, expected, message, options) => {
    const given = options.map((part) => part.replace("@", `${folder}/`));
    const text =
      given[0] === "LONG" ? ["--text-file", at("long.txt"), ...generation] : ["--text", TEXT, ...given];
    const { code, stdout, stderr } = await spattenHere(["run", ...text]);
    expect([code, stdout]).toEqual([expected, ""]);
    expect(stderr).toMatch(message);
  });

  it.each([
    ["--temperature", "1"],
    ["--top-k", "5"],
    ["--top-p", "0.5"],
    ["--seed", "1"],
    ["--stop", "x"],
    ["--chat"],
    ["--jsonl"],
  ])("%s without one", async (...option) => {
    const { code, stderr } = await spattenHere(["run", "--text", TEXT, ...option]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${option[0]} needs --generate`)]);
  });

  it("is told the other way round for a decoder without --generate", async () => {
    const { code, stderr } = await spattenHere(["run", "--text", TEXT, "--model", "gpt2-kjv-shakespeare"]);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/is a decoder.*spatten run --generate 32/)]);
  });
});

it("lists every cache policy, a plug-in's among them", async () => {
  const row =
    'id: "mine", title: "Mine", source: "me", granularity: "layer", phase: "each-step", repositions: false';
  writeFileSync(at("mine.mjs"), `export const policies = [{ ${row}, score: () => new Float64Array() }];`);
  const { stdout } = await spattenHere(["--plugin", at("mine.mjs"), "list", "policies"]);
  for (const policy of [
    "spatten",
    "layer-top-k",
    "h2o",
    "streaming-llm",
    "snapkv",
    "attention-threshold",
    "random",
    "mine",
  ])
    expect(stdout).toMatch(new RegExp(`^policies +\\*? ${policy} `, "m"));
});
