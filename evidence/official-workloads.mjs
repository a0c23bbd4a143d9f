import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  readOfficialCsv,
  workloadFromOfficialCsv,
  workloadStatistics,
  writeOfficialCsv,
} from "../dist/workload/index.js";
import { exactly, shared } from "./support.mjs";

export const title = "the official release's workloads, read and written back";

const files = {
  small: "small.csv",
  dense: "summary-gpt2-small-wikitext2-per8-step1+dedic.csv",
  per8: "summary-gpt2-small-wikitext2-per8.csv",
};
const textOf = (name) => readFileSync(join(shared, "data", "workloads", files[name]), "utf8");
const statisticsOf = (name) =>
  workloadStatistics(workloadFromOfficialCsv(readOfficialCsv(textOf(name), name), name));

export const steps = [
  ...Object.keys(files).map((name) =>
    exactly(`${name}-round-trip`, `${name}: write(read(file)) is the file`, true, () => {
      const text = textOf(name);
      return writeOfficialCsv(readOfficialCsv(text, name)) === text;
    }),
  ),
  exactly("per8-rows", "per8: rows", 4608, () => readOfficialCsv(textOf("per8"), "per8").rows.length),
  exactly("dense-rows", "dense: rows", 4608, () => readOfficialCsv(textOf("dense"), "dense").rows.length),
  exactly(
    "per8-keys",
    "per8: keys kept",
    "3.62x",
    () => `${statisticsOf("per8").keyReductionRatio.toFixed(2)}x`,
  ),
  exactly(
    "per8-values",
    "per8: values kept",
    "18.2x",
    () => `${statisticsOf("per8").valueReductionRatio.toFixed(1)}x`,
  ),
  exactly(
    "dense-keys",
    "dense: keys kept",
    "1.00x",
    () => `${statisticsOf("dense").keyReductionRatio.toFixed(2)}x`,
  ),
  exactly(
    "dense-values",
    "dense: values kept",
    "1.0x",
    () => `${statisticsOf("dense").valueReductionRatio.toFixed(1)}x`,
  ),
];
