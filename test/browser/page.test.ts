import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSpatten } from "../../src/index.ts";
import { bertBaseDense128, type MachineReport, machines } from "../../src/machines/index.ts";
import { runFigures, sieveFigure } from "../../src/report/index.ts";
import { nodeDocument, runOf, SENTENCE } from "../gallery/draw.ts";
import { chromiumPath, launchChromium } from "../support/chromium.ts";
import { bundleScript, modelFiles, pageWithScript } from "./bundle.ts";
import { type LoopbackServer, serveFiles } from "./serve.ts";

const PLAN = "clinc150-safe";

/** What `page-script.mjs` answers. */
interface Drawn {
  readonly cells: number;
  readonly dots: number;
  readonly sentences: string[];
  readonly tables: unknown[];
  readonly widestPixels: number;
}

describe.skipIf(chromiumPath === undefined)("the package in a browser", () => {
  let server: LoopbackServer;
  let browser: Browser;
  let page: Page;
  let folder: string;
  const complaints: string[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    server = await serveFiles(
      new Map([
        ["/", pageWithScript("/page.js")],
        ["/page.js", await bundleScript("page-script.mjs")],
        ["/worker.js", await bundleScript("worker-script.mjs")],
        ...modelFiles("bert-clinc150", "/models/bert-clinc150"),
      ]),
    );
    folder = `${server.origin}/models/bert-clinc150`;
    browser = await launchChromium();
    page = await browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(server.origin);
    await page.waitForFunction("globalThis.page !== undefined");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** Calls one function of the page's script. */
  function call<Result>(name: string, ...callArguments: unknown[]): Promise<Result> {
    return page.evaluate(`globalThis.page[${JSON.stringify(name)}](...${JSON.stringify(callArguments)})`);
  }

  it("ranks", async () => {
    expect(await call("topK", [0.1, 0.9, 0.9, 0.3, 0.9], 2)).toEqual([1, 2]);
  });

  it("simulates a workload to the same report as Node", async () => {
    const report = await call<MachineReport>("simulateSmall");
    expect(report).toEqual(asJson(await machines[0]!.simulate(bertBaseDense128())));
    expect(report.cycles).toBeGreaterThan(0);
  });

  it("simulates in a web worker", async () => {
    const report = await call<MachineReport>("simulateInWorker", "/worker.js");
    expect(report).toEqual(asJson(await machines[0]!.simulate(bertBaseDense128())));
  });

  it.each([PLAN, "clinc150-strong", "none"])(
    "loads the model over fetch and answers under %s as Node does",
    async (plan) => {
      const answer = await call<{ label: string; logits: number[]; workload: string }>(
        "classify",
        folder,
        SENTENCE,
        plan,
      );
      await using model = await createSpatten().load();
      const { prediction, workload } = await model.run(SENTENCE, { plan });
      if (prediction.kind !== "classification") throw new Error(prediction.kind);
      expect(answer.label).toBe("weather");
      expect(answer.logits).toHaveLength(prediction.logits.length);
      const differences = answer.logits.map((logit, index) => Math.abs(logit - prediction.logits[index]!));
      expect(Math.max(...differences)).toBeLessThanOrEqual(1e-6);
      expect(answer.workload).toBe(JSON.stringify(workload));
    },
  );

  it("draws with its own document what Node draws with one made there", async () => {
    const drawn = await call<Drawn>("draw", folder, SENTENCE, PLAN);
    const run = await runOf(SENTENCE, PLAN);
    const sieve = sieveFigure(run, { document: nodeDocument() }).element;
    const keptCount = run.layers.reduce((sum, layer) => sum + layer.tokensKept.length, 0);
    expect(drawn.cells).toBe(keptCount);
    expect(drawn.cells).toBe(sieve.querySelectorAll('[aria-label="cell"] rect').length);
    expect(drawn.dots).toBe(run.layers.length * run.input.tokens.length - keptCount);
    const figures = runFigures(run, { document: nodeDocument() });
    expect(drawn.sentences).toEqual(figures.map((figure) => figure.sentence));
    expect(drawn.tables).toEqual(figures.map((figure) => figure.table));
    expect(drawn.widestPixels).toBeGreaterThan(300);
  });

  it("stops when its signal says so", async () => {
    expect(await call("stop", folder)).toEqual({ code: "aborted", layersDone: 1 });
  });

  it("says nothing on the console and asks nobody but its own server", () => {
    expect(complaints).toEqual([]);
    expect(asked.filter((address) => !address.startsWith(`${server.origin}/`) && !isInline(address))).toEqual(
      [],
    );
    expect(server.requests).toContain("GET /models/bert-clinc150/model.safetensors");
  });
});

function isInline(address: string): boolean {
  return /^(data|blob):/.test(address);
}

/** As it comes out of a page: without what JSON does not carry. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
