import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wholeBytes } from "../../src/graph/write-onnx.ts";
import { createSpatten } from "../../src/index.ts";
import type { TextRun } from "../../src/inference/text-model.ts";
import { parsePlan } from "../../src/pruning/plan.ts";
import { chromiumPath, launchChromium } from "../support/chromium.ts";
import { repository } from "../support/shared.ts";
import { bundleScript, modelFiles, pageWithScript } from "./bundle.ts";
import { type LoopbackServer, type ServedFile, serveFiles } from "./serve.ts";

const MODEL = "bert-clinc150";
const TEXT = "what is the weather like in paris tomorrow";
const plan = parsePlan({
  ...{ name: "half", source: "test" },
  tokens: {
    schedule: { kind: "per-layer", keepRatio: [1, 0.8, 0.6, 0.5] },
    ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method: "spatten" },
    protect: { firstCount: 1, lastCount: 0 },
  },
});
/** What a page needs so that WebAssembly may have threads. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** The parts of onnxruntime-web that a page fetches. */
function runtimeFiles(): [string, ServedFile][] {
  const distribution = join(repository, "node_modules", "onnxruntime-web", "dist");
  const types = { mjs: "text/javascript", wasm: "application/wasm" };
  return (["mjs", "wasm"] as const).map((ending) => {
    const file = `ort-wasm-simd-threaded.${ending}`;
    const served = {
      type: types[ending],
      content: readFileSync(join(distribution, file)),
      headers: ISOLATION,
    };
    return [`/ort/${file}`, served];
  });
}

describe.skipIf(chromiumPath === undefined)("graphs in a browser", () => {
  let server: LoopbackServer;
  let browser: Browser;
  let expected: TextRun;

  beforeAll(async () => {
    const spatten = createSpatten();
    expected = await (await spatten.load(MODEL)).run(TEXT, { plan });
    const { model } = await spatten.exportOnnx(MODEL, { plan });
    const page = pageWithScript("/page.js");
    server = await serveFiles(
      new Map<string, ServedFile>([
        ["/", page],
        ["/isolated", { ...page, headers: ISOLATION }],
        ["/page.js", { ...(await bundleScript("onnx-script.mjs")), headers: ISOLATION }],
        ["/half.onnx", { type: "application/octet-stream", content: wholeBytes(model) }],
        ...runtimeFiles(),
        ...modelFiles(MODEL, "/model"),
      ]),
    );
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  async function openPage(address: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(server.origin + address);
    await page.waitForFunction("globalThis.page !== undefined");
    return page;
  }

  function largestDifference(logits: readonly number[]): number {
    if (expected.prediction.kind !== "classification") throw new Error("the model classifies");
    const wanted = expected.prediction.logits;
    expect(logits).toHaveLength(wanted.length);
    const scale = Math.max(...wanted.map(Math.abs));
    return Math.max(...logits.map((value, index) => Math.abs(value - wanted[index]!))) / scale;
  }

  it.each([
    ["with", "/isolated", true],
    ["without", "/", false],
  ])("give the reference's answer %s cross-origin isolation", async (_with, address, isIsolated) => {
    const page = await openPage(address);
    expect(await page.evaluate("globalThis.page.isIsolated()")).toBe(isIsolated);
    const ids = JSON.stringify(expected.ids);
    const file = await page.evaluate<{ logits: number[] }>(`globalThis.page.runFile("/half.onnx", ${ids})`);
    expect(largestDifference(file.logits)).toBeLessThan(1e-4);
    const engine = await page.evaluate<{ logits: number[]; tokens: number[][] }>(
      `globalThis.page.runEngine("${server.origin}/model", ${JSON.stringify(TEXT)}, ${JSON.stringify(plan)})`,
    );
    expect(largestDifference(engine.logits)).toBeLessThan(1e-4);
    expect(engine.tokens).toEqual(expected.layers.map(({ tokens }) => tokens));
    await page.close();
  });
});
