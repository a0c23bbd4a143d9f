import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runPageHtml } from "../../src/report/index.ts";
import { nodeDocument, runOf, SENTENCE } from "../gallery/draw.ts";
import { chromiumPath, launchChromium } from "../support/chromium.ts";
import { spattenHere } from "../support/command-line.ts";

const PHONE = { width: 375, height: 812 };
const DESK = { width: 1280, height: 900 };

const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ["a sentence", SENTENCE],
  ["120 words", "weather ".repeat(120).trim()],
  ["one long word", "w".repeat(90)],
  ["hostile text", '</title><script>alert(1)</script><img src=x onerror="alert(2)"> \u202eparis\u202c'],
];

describe.skipIf(chromiumPath === undefined)("the page of `spatten run --html`, opened from a file", () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "spatten-page-"));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("holds no element that a token or a name put there", async () => {
    const run = await runOf(SENTENCE, "clinc150-strong");
    const evil = '"><script>alert(1)</script></svg><img src=x onerror="alert(2)"><iframe></iframe>';
    const plan = { ...run.plan, name: evil, source: evil };
    const input = { text: evil, tokens: run.input.tokens.map(() => evil) };
    const page = await browser.newPage({ viewport: PHONE });
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.setContent(runPageHtml({ ...run, plan, input }, { document: nodeDocument() }));
    expect(await page.locator("script, img, iframe, [onerror]").count()).toBe(0);
    expect(await page.locator("h1").textContent()).toBe(evil);
    expect(dialogs).toEqual([]);
    await page.close();
  });

  describe.each(TEXTS)("of %s", (name, text) => {
    let page: Page;
    let address: string;
    const complaints: string[] = [];
    const asked: string[] = [];
    beforeAll(async () => {
      const file = join(folder, `${name.replaceAll(" ", "-")}.html`);
      const { code, stderr } = await spattenHere(["run", "--text", text, "--html", file]);
      expect(code, stderr).toBe(0);
      address = pathToFileURL(file).href;
      page = await browser.newPage({ viewport: PHONE });
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("dialog", (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on("request", (request) => asked.push(request.url()));
      await page.goto(address);
    });
    afterAll(() => page?.close());

    it("asks for nothing but itself and says nothing on the console", () => {
      expect(complaints).toEqual([]);
      expect(asked).toEqual([address]);
    });

    it("shows the text and the figures, each with a label and a table", async () => {
      expect(await page.locator("h1").textContent()).toContain(text.slice(0, 20));
      const figures = page.locator("main > figure");
      expect(await figures.count()).toBe(4);
      for (const figure of await figures.all()) {
        const drawing = figure.locator(".drawing svg[aria-label]");
        expect(await drawing.count()).toBe(1);
        expect(await drawing.getAttribute("aria-label")).toBe(
          await figure.locator("figcaption").first().textContent(),
        );
        const box = await drawing.boundingBox();
        expect(box!.height).toBeGreaterThan(80);
        expect(await figure.locator("tbody tr").count()).toBeGreaterThan(0);
      }
    });

    it.each([
      ["a phone, tables closed", PHONE, false],
      ["a phone, tables open", PHONE, true],
      ["a desk, tables open", DESK, true],
    ])("fits the width of %s", async (_, viewport, isOpen) => {
      await page.setViewportSize(viewport);
      await page.evaluate(`for (const part of document.querySelectorAll("details")) part.open = ${isOpen}`);
      const [scrolled, shown] = await page.evaluate<[number, number]>(
        "[document.scrollingElement.scrollWidth, window.innerWidth]",
      );
      expect(shown).toBe(viewport.width);
      expect(scrolled).toBeLessThanOrEqual(shown);
    });
  });
});
