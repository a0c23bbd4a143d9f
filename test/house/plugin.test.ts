import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createSpatten,
  type Extensions,
  type Machine,
  type PruningMethod,
  type PruningPlan,
  type TextRun,
} from "../../src/index.ts";
import type { RunDocument } from "../../src/report/index.ts";
import { spattenHere } from "../support/command-line.ts";
import { spatten } from "../support/exec.ts";

const TEXT = "what is the weather like in paris tomorrow";

/** Prefers the end of the sentence, which SpAtten's own score does not. */
const latest: PruningMethod = {
  id: "latest",
  title: "The later, the better",
  source: "this test",
  score: ({ layerScores }) => layerScores.map((_, index) => index),
};

function planWith(method: string, name = "mine"): PruningPlan {
  return {
    name,
    source: "this test",
    tokens: {
      schedule: { kind: "per-layer", keepRatio: [1, 0.5] },
      ratioOf: "original",
      rounding: "ceil",
      minimumCount: 1,
      method,
      protect: { firstCount: 1, lastCount: 0 },
    },
  };
}

async function run(extensions: Extensions, plan: string | PruningPlan): Promise<TextRun> {
  await using model = await createSpatten(extensions).load();
  return await model.run(TEXT, { plan });
}

const keptLast = ({ layers }: TextRun): readonly number[] => layers.at(-1)!.tokens;

describe("a user's own rows in the library", () => {
  it("a method decides which tokens stay", async () => {
    const theirs = await run({ methods: [latest] }, planWith("latest"));
    const ours = await run({}, planWith("spatten"));
    expect(theirs.tokens).toHaveLength(10);
    expect(keptLast(theirs)).toEqual([0, 6, 7, 8, 9]);
    expect(keptLast(ours)).toHaveLength(5);
    expect(keptLast(ours)).not.toEqual(keptLast(theirs));
    expect(theirs.layers[1]!.tokenScores).toEqual([0, 1, 2, 3, 4]);
  });

  it("a plan is found by its name, and the work says so", async () => {
    const { workload, plan } = await run({ methods: [latest], plans: [planWith("latest")] }, "mine");
    expect(plan).toEqual(planWith("latest"));
    expect(workload.header.plan).toBe("mine");
  });

  it("a machine and an engine are found by their names", async () => {
    const [engine, machine] = [createSpatten().engines[0]!, createSpatten().machines[0]!];
    const asked: string[] = [];
    const extended = createSpatten({
      engines: [
        {
          ...engine,
          id: "my-engine",
          runEncoder: (...given) => {
            asked.push("engine");
            return engine.runEncoder(...given);
          },
        },
      ],
      machines: [
        {
          ...machine,
          id: "my-machine",
          simulate: (...given) => {
            asked.push("machine");
            return machine.simulate(...given);
          },
        },
      ],
    });
    await using model = await extended.load();
    const { workload } = await model.run(TEXT, { engine: "my-engine" });
    await extended.simulate(workload, { machine: "my-machine" });
    expect(asked).toEqual(["engine", "machine"]);
  });

  it.each([
    [null, "id"],
    [1, "id"],
    [{ id: "" }, "id"],
    [{ id: "m" }, "title"],
    [{ id: "m", title: "M", source: "me" }, "score"],
  ])("a method %j is refused, and what it lacks is named", (row, lacks) => {
    const create = () => createSpatten({ methods: [row as unknown as PruningMethod] });
    expect(create).toThrow(expect.objectContaining({ code: "config" }));
    expect(create).toThrow(`a pruning method of a plug-in lacks "${lacks}"`);
  });

  it("a machine without `simulate` and a plan that is none are refused", () => {
    const machine = { id: "m", title: "M", source: "me" } as unknown as Machine;
    expect(() => createSpatten({ machines: [machine] })).toThrow('lacks "simulate"');
    expect(() => createSpatten({ plans: [null as unknown as PruningPlan] })).toThrow("invalid pruning plan");
  });

  it("leaves another value of the package as it was", () => {
    createSpatten({ methods: [latest] });
    expect(createSpatten().methods.map((method) => method.id)).not.toContain("latest");
  });

  it.each([
    ["method", { methods: [{ ...latest, id: "spatten" }] }],
    ["method given twice", { methods: [latest, latest] }],
    ["plan", { plans: [planWith("spatten", "clinc150-safe")] }],
    ["machine", { machines: [{ ...createSpatten().machines[0]! } as Machine] }],
    ["engine", { engines: [{ ...createSpatten().engines[0]! }] }],
  ] as [string, Extensions][])("a %s whose name is taken is refused", (_, extensions) => {
    expect(() => createSpatten(extensions)).toThrow(
      expect.objectContaining({ name: "SpattenError", code: "config" }),
    );
  });

  it("a plan that names a method which is not there is refused with the nearest name", async () => {
    await expect(run({ methods: [latest] }, planWith("lates"))).rejects.toMatchObject({
      code: "config",
      message: expect.stringContaining('did you mean "latest"'),
    });
  });

  it.each([
    ["too few scores", () => new Float64Array(1), "config", "did not give a Float64Array of"],
    ["no array", () => undefined as unknown as Float64Array, "config", "did not give a Float64Array of"],
    [
      "no number",
      ({ carried }: { carried: Float64Array }) => carried.fill(Number.NaN),
      "input",
      "not a number",
    ],
    [
      "an exception",
      (): Float64Array => {
        throw new TypeError("oops");
      },
      "config",
      'pruning method "latest" failed: TypeError: oops',
    ],
  ])("a method that gives %s is told so", async (_, score, code, says) => {
    await expect(run({ methods: [{ ...latest, score }] }, planWith("latest"))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says),
    });
  });
});

describe("--plugin", () => {
  let folder: string;
  const at = (name: string) => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "spatten-plugin-"));
    const method = `{ id: "latest", title: "The later, the better", source: "this test",
      score: ({ layerScores }) => layerScores.map((_, index) => index) }`;
    const files = {
      "good.mjs": `export const methods = [${method}];\nexport const plans = [${JSON.stringify(planWith("latest"))}];`,
      "other.mjs": `export const plans = [${JSON.stringify(planWith("random", "other"))}];`,
      "taken.mjs": `export const plans = [${JSON.stringify(planWith("random", "none"))}];`,
      "bad-plan.mjs": 'export const plans = [{ name: "x", source: "y", values: { keepRato: 0.5 } }];',
      "nothing.mjs": "export const answer = 42;",
      "not-a-list.mjs": "export const methods = {};",
      "syntax.mjs": "export const = ;",
      "throws.mjs": 'throw new Error("\\u001b[31mboom");',
      "throws-nothing.mjs": "throw undefined;",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("may stand before the command, also of a process", async () => {
    const { code, stdout, stderr } = await spatten(["--plugin", at("good.mjs"), "list", "plans"]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("mine");
  });

  it("adds plans and methods that `list` shows and `run` takes", async () => {
    const listed = await spattenHere([
      "list",
      "plans",
      "--json",
      "--plugin",
      at("good.mjs"),
      "--plugin",
      at("other.mjs"),
    ]);
    expect(listed.code, listed.stderr).toBe(0);
    const { rows } = JSON.parse(listed.stdout) as { rows: { kind: string; name: string; about: string }[] };
    expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining(["clinc150-safe", "mine", "other"]));
    expect(rows.every((row) => row.kind === "plans")).toBe(true);
    expect(rows.find((row) => row.name === "mine")?.about).toBe("this test");

    const ran = await spattenHere([
      "run",
      "--text",
      TEXT,
      "--plan",
      "mine",
      "--json",
      "--plugin",
      at("good.mjs"),
    ]);
    expect(ran.code, ran.stderr).toBe(0);
    expect((JSON.parse(ran.stdout) as RunDocument).layers.at(-1)!.tokensKept).toEqual([0, 6, 7, 8, 9]);
    expect((await spattenHere(["run", "--text", TEXT, "--plan", "mine"])).code).toBe(2);
  });

  it.each([
    ["exports nothing known", "nothing.mjs", /exports nothing that spatten knows; got answer.*\[usage\]/],
    ["exports no list", "not-a-list.mjs", /exports nothing that spatten knows; got methods.*\[usage\]/],
    ["has a syntax error", "syntax.mjs", /cannot load the plug-in: SyntaxError.*\[usage\]/],
    ["throws", "throws.mjs", /cannot load the plug-in.*boom.*\[usage\]/],
    ["throws nothing", "throws-nothing.mjs", /cannot load the plug-in.*\[usage\]/],
    ["is not there", "nowhere.mjs", /cannot load the plug-in.*nowhere\.mjs.*\[usage\]/],
    ["has a plan whose name is taken", "taken.mjs", /"none" is registered twice.*\[config\]/],
    ["has a plan with an unknown key", "bad-plan.mjs", /bad-plan\.mjs.*did you mean "keepRatio".*\[config\]/],
  ])("that %s ends with exit code 2 and one line", async (_, file, says) => {
    for (const command of [
      ["list", "plans", "--json"],
      ["run", "--text", TEXT],
    ]) {
      const { code, stdout, stderr } = await spattenHere([...command, "--plugin", at(file)]);
      expect(stderr).toMatch(says);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).not.toMatch(/\n\s+at |\u001b/);
    }
  });
});
