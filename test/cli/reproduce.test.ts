import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ledger } from "../../src/index.ts";
import { spattenHere } from "../support/command-line.ts";
import { commandLine, spatten } from "../support/exec.ts";

const ROW = "cross-checks-attention-gpt2-medium-ptb";
const before = process.env.XDG_CACHE_HOME;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-reproduce-"));
  process.env.XDG_CACHE_HOME = folder;
});

afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  rmSync(folder, { recursive: true, force: true });
});

const cacheFile = (): string => {
  const [name] = readdirSync(join(folder, "spatten"));
  return join(folder, "spatten", name!);
};

describe("spatten reproduce", () => {
  it("gives the same bytes from a cold cache, a warm one, a broken one, and without", async () => {
    const asked = ["reproduce", "cross-checks", "top-k-engine", "--json"];
    const cold = await spattenHere(asked);
    expect(cold.code, cold.stderr).toBe(0);
    const kept = readFileSync(cacheFile(), "utf8");
    expect(kept.split("\n").length).toBeGreaterThan(5);
    const warm = await spattenHere(asked);
    expect(readFileSync(cacheFile(), "utf8")).toBe(kept);
    writeFileSync(cacheFile(), kept.replace(/\n.*\n/, "\n{broken}\n"));
    const broken = await spattenHere(asked);
    writeFileSync(cacheFile(), kept);
    const without = await spattenHere([...asked, "--no-cache"]);
    for (const { stdout } of [warm, broken, without]) expect(stdout).toBe(cold.stdout);
    const { rows, counts, isPartial } = JSON.parse(cold.stdout) as Ledger;
    expect(isPartial).toBe(true);
    expect(counts.rows).toBe(rows.length);
    expect(new Set(rows.map(({ experiment }) => experiment))).toEqual(
      new Set(["cross-checks", "top-k-engine"]),
    );
  });

  it("keeps what is finished when it is interrupted", async () => {
    const cache = join(folder, "interrupted");
    const environment = { ...process.env, XDG_CACHE_HOME: cache };
    const child = spawn(process.execPath, [commandLine, "reproduce", "figure-14"], { env: environment });
    const ended = new Promise((resolve) => child.on("close", resolve));
    const keptLines = (): string[] => {
      const files = existsSync(join(cache, "spatten")) ? readdirSync(join(cache, "spatten")) : [];
      return files.flatMap((name) => readFileSync(join(cache, "spatten", name), "utf8").split("\n"));
    };
    while (keptLines().length < 10 && child.exitCode === null) await wait(20);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    const kept = keptLines();
    expect(kept.length).toBeGreaterThanOrEqual(10);
    for (const line of kept.slice(0, -1)) JSON.parse(line);
  });

  it("runs in threads as it does alone", async () => {
    const asked = ["reproduce", ROW, "--json", "--no-cache"];
    const [alone, threads] = await Promise.all([spattenHere(asked), spatten([...asked, "--jobs", "2"])]);
    expect(threads.code, threads.stderr).toBe(0);
    expect(threads.stdout).toBe(alone.stdout);
  });

  it("checks rows against the recorded ones, and says what has moved", async () => {
    const { code, stderr, stdout } = await spattenHere(["reproduce", ROW, "--check"]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("every row is as recorded");
    expect(stdout).toContain("time of the attention of gpt2-medium-ptb");
    expect(stdout).toMatch(/differs|near|agrees/);
  });

  it("writes its pages whole, and refuses what it does not know with the nearest name", async () => {
    const [markdown, html] = [join(folder, "page.md"), join(folder, "page.html")];
    const { code } = await spattenHere(["reproduce", ROW, "--markdown", markdown, "--html", html]);
    expect(code).toBe(0);
    expect(readFileSync(markdown, "utf8")).toContain("time of the attention of gpt2-medium-ptb");
    expect(readFileSync(html, "utf8")).toContain("</html>");
    const other = join(folder, "other.md");
    const wrong = await spattenHere(["reproduce", "figure-13-area-softmx", "--markdown", other]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('did you mean "figure-13-area-softmax"?');
    expect(existsSync(other)).toBe(false);
    expect((await spattenHere(["reproduce", "--jobs", "0"])).code).toBe(2);
  });
});
