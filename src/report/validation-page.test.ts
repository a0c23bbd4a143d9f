import { expect, test } from "vitest";
import type { OracleResult } from "../experiments/validation/run-oracle.ts";
import { validationDocument } from "../experiments/validation/validation-document.ts";
import { validationPage } from "./validation-page.ts";

const outcome = {
  comparedCount: 12_345,
  passedCount: 12_345,
  unit: "rows",
  figure: "cycles",
  differences: [],
};
const passed: OracleResult = {
  id: "a",
  title: "an oracle",
  compared: "x | y",
  kind: "RTL-exact",
  state: "passed",
  outcome,
};
const law: OracleResult = { ...passed, id: "b", kind: "law" };
const skipped: OracleResult = {
  id: "c",
  title: "another",
  compared: "z",
  kind: "law",
  state: "skipped",
  reason: "golden/c.csv is not there",
  lacks: "golden",
};

test("a page has a row for each oracle, in words that fit its kind, and counts them", () => {
  const page = validationPage(validationDocument([passed, law, skipped], [], false));
  expect(page).toContain("2 passed, 0 failed, 1 skipped.");
  expect(page).toMatch(
    /^\| equal +\| `a`: an oracle +\| x \\\| y +\| RTL-exact +\| 12,345 of 12,345 rows: cycles +\|$/m,
  );
  expect(page).toMatch(/^\| holds +\| `b`/m);
  expect(page).toMatch(/^\| skipped \| `c`.* golden\/c\.csv is not there +\|$/m);
  expect(page).not.toContain("Only some oracles");
});

test("published figures stand beside ours, and a table without files says so", () => {
  const rows = [
    { quantity: "time", published: "1 ms", ours: "2 ms", deviation: "+100.0 %", reason: "unknown" },
  ];
  const page = validationPage(
    validationDocument(
      [],
      [
        { id: "t", title: "Times", source: "a paper", state: "shown", rows },
        { id: "u", title: "Others", source: "a paper", state: "skipped", reason: "no file" },
      ],
      true,
    ),
  );
  expect(page).toMatch(/^\| time +\| 1 ms +\| 2 ms +\| \+100\.0 % +\| unknown +\|$/m);
  expect(page).toContain("Skipped: no file.");
  expect(page).toContain("Only some oracles were asked for.");
});
