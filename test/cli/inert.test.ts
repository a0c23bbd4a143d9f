import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundledModelFolder } from "../../src/platform/node/installation.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { spattenHere } from "../support/command-line.ts";

const HOSTILE =
  'weather </script><script>alert(1)</script> <img src=x onerror="alert(2)"> \u001b[31mred\u001b[0m \u009b2J \u202eevil\u202c \u2066x\u2069 paris';
const ACTIVE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-inert-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("hostile text", () => {
  it("is shown, not obeyed, on the terminal and in JSON", async () => {
    const shown = await spattenHere(["run", "--text", HOSTILE]);
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).not.toMatch(ACTIVE);
    const json = await spattenHere(["run", "--text", HOSTILE, "--json"]);
    expect(json.stdout).not.toMatch(ACTIVE);
    expect((JSON.parse(json.stdout) as RunDocument).input.text).toBe(HOSTILE);
  });

  it("is text on the page: no element, no attribute, no reordering comes of it", async () => {
    const file = join(folder, "page.html");
    const { code, stderr } = await spattenHere(["run", "--text", HOSTILE, "--html", file]);
    expect(code, stderr).toBe(0);
    const page = readFileSync(file, "utf8");
    expect(page).not.toMatch(/<script|<img|<\/script/i);
    expect(page).not.toMatch(ACTIVE);
    expect(page).toContain("&lt;/script&gt;");
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });

  it("is inert in names of plans, labels and files", async () => {
    const model = join(folder, "model");
    cpSync(bundledModelFolder("bert-clinc150"), model, { recursive: true });
    const config = JSON.parse(readFileSync(join(model, "config.json"), "utf8")) as {
      id2label: Record<string, string>;
    };
    for (const id of Object.keys(config.id2label)) config.id2label[id] = `\u001b[2J</script><script>x ${id}`;
    writeFileSync(join(model, "config.json"), JSON.stringify(config));
    const plan = join(folder, "plan.json");
    writeFileSync(plan, JSON.stringify({ name: "\u001b[31m</title><script>", source: "\u202e<b>" }));
    const page = join(folder, "names.html");
    const { code, stdout, stderr } = await spattenHere([
      "run",
      "--model",
      model,
      "--plan",
      plan,
      "--html",
      page,
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).not.toMatch(ACTIVE);
    expect(readFileSync(page, "utf8")).not.toMatch(/<script|<b>/);
    expect(readFileSync(page, "utf8")).not.toMatch(ACTIVE);
    const missing = await spattenHere(["run", "--plan", join(folder, "\u001b[31mred\u202e.yaml")]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).not.toMatch(ACTIVE);
  });
});
