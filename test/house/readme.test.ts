import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLine, exec } from "../support/exec.ts";
import { repository } from "../support/shared.ts";

const LEAST_SCRIPTS = 3;
const LEAST_COMMANDS = 4;

/** A fenced block of a Markdown file, with the line on which its text begins. */
interface Block {
  readonly language: string;
  readonly line: number;
  readonly text: string;
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w*)[^\n]*\n(.*?)^```/gms)].map((found) => ({
    language: found[1]!,
    line: markdown.slice(0, found.index).split("\n").length + 1,
    text: found[2]!,
  }));
}

/** What a script says that it prints: `// → text` after any line, `// text` after a console.log; `, then` parts two. */
function promisesOf({ text }: Block): string[] {
  return text.split("\n").flatMap((line) => {
    const found = /\s\/\/ (→ )?(.+)$/.exec(line);
    if (found === null || (found[1] === undefined && !line.includes("console.log("))) return [];
    return found[2]!.split(", then ").map((part) => part.trim());
  });
}

/** The lines that run spatten. Plain-text blocks count where they spell out `npx`: output may begin with `spatten`. */
function commandsOf({ language, text }: Block): string[] {
  const pattern = language === "sh" ? /^(?:\$ )?((?:npx )?spatten\b.*)$/ : /^(npx spatten\b.*)$/;
  if (language !== "sh" && language !== "text") return [];
  return text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .flatMap((line) => pattern.exec(line.trim())?.[1] ?? []);
}

/** The files that a reader would have saved: YAML whose first line is a comment that begins with a file name. */
function filesOf(blocks: readonly Block[]): [name: string, text: string][] {
  return blocks.flatMap(({ language, text }) => {
    const name = /^# ([\w-]+\.yaml)\b/.exec(text)?.[1];
    return language === "yaml" && name !== undefined ? [[name, text] as [string, string]] : [];
  });
}

describe("how the README is read", () => {
  const sample = [
    "# Title",
    "```js",
    'import { topKIndices } from "spatten/pruning"; // not a promise',
    "console.log([...topKIndices([3, 1, 2], 2)]); // [ 0, 2 ]",
    'const say = (text) => console.log(text); // → a, then "b"',
    'process.stdout.write("https://x"); // → https',
    "```",
    "```sh",
    "npm start",
    '$ npx spatten run --text "a b" \\',
    "  --json",
    "spatten list # names",
    "```",
    "```text",
    "spatten on a workload",
    "npx spatten doctor",
    "```",
    "```yaml",
    "# a-plan.yaml: mine",
    "name: a",
    "```",
  ].join("\n");
  const blocks = blocksOf(sample);

  it("finds every block with its language and line", () => {
    expect(blocks.map(({ language, line }) => [language, line])).toEqual([
      ["js", 3],
      ["sh", 9],
      ["text", 15],
      ["yaml", 19],
    ]);
  });

  it("finds what a script says that it prints", () => {
    expect(promisesOf(blocks[0]!)).toEqual(["[ 0, 2 ]", "a", '"b"', "https"]);
  });

  it("finds commands, joined over lines, and no output that looks like one", () => {
    expect(blocks.map(commandsOf)).toEqual([
      [],
      ['npx spatten run --text "a b" --json', "spatten list # names"],
      ["npx spatten doctor"],
      [],
    ]);
  });

  it("finds files to save", () => {
    expect(filesOf(blocks)).toEqual([["a-plan.yaml", "# a-plan.yaml: mine\nname: a\n"]]);
  });
});

describe("the README", () => {
  const file = join(repository, "README.md");
  const blocks = existsSync(file) ? blocksOf(readFileSync(file, "utf8")) : [];
  const scripts = blocks.filter((block) => block.language === "js");
  const sequences = blocks.filter((block) => commandsOf(block).length > 0);
  let folder: string;
  let programs: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "spatten-readme-"));
    programs = join(folder, "bin");
    mkdirSync(programs);
    const run = `exec "${process.execPath}" "${commandLine}" "$@"`;
    for (const [name, script] of [
      ["spatten", run],
      ["npx", `[ "$1" = spatten ] || exit 64\nshift\n${run}`],
    ] as const) {
      writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(programs, name), 0o755);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has scripts that say what they print, and commands", () => {
    expect(scripts.length).toBeGreaterThanOrEqual(LEAST_SCRIPTS);
    expect(scripts.flatMap(promisesOf).length).toBeGreaterThanOrEqual(LEAST_SCRIPTS);
    expect(blocks.flatMap(commandsOf).length).toBeGreaterThanOrEqual(LEAST_COMMANDS);
  });

  it.each(scripts)("has a script at line $line that runs and prints what it says", async (block) => {
    const { code, stdout, stderr } = await exec(process.execPath, ["--input-type=module", "-"], {
      input: block.text,
    });
    expect(code, stderr).toBe(0);
    for (const promise of promisesOf(block)) expect(stdout).toContain(promise);
  });

  it.each(sequences)("has commands at line $line that run, one after the other", async (block) => {
    const place = join(folder, `line-${block.line}`);
    mkdirSync(place);
    for (const [name, text] of filesOf(blocks)) writeFileSync(join(place, name), text);
    const environment = { PATH: `${programs}${delimiter}${process.env.PATH ?? ""}` };
    for (const command of commandsOf(block)) {
      const { code, stderr } = await exec("bash", ["-o", "pipefail", "-c", command], {
        cwd: place,
        environment,
      });
      expect(code, `${command}\n${stderr}`).toBe(0);
    }
  });
});
