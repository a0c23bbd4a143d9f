import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { hasShared, sharedData, sharedFolder } from "../../../test/support/shared.ts";
import { finish } from "../../base/checkpoint.ts";
import { readOfficialCsv } from "../../workload/official-csv.ts";
import { releaseGeometry } from "./parameters.ts";
import { releasePresets } from "./presets.ts";
import { createRequests } from "./requests.ts";
import { createScoreBuffer } from "./score-buffer.ts";

const models = join(sharedFolder, "golden", "rtl-models");
const eighth = releaseGeometry(releasePresets[1]!.parameters);

describe.skipIf(!hasShared)("the bench's models against the official release", () => {
  it.each([
    { lines: 2048, lanes: 4 },
    { lines: 256, lanes: 32 },
  ])("score buffer of $lines lines of $lanes indices", ({ lines, lanes }) => {
    const file = join(models, `score-buffer.C${lanes}.lines${lines}.maxKey2048.txt`);
    const golden = readFileSync(file, "utf8").trim().split(/\s+/).map(Number);
    expect(Array.from(createScoreBuffer(lines, lanes, 2048))).toEqual(golden);
  });

  it.each(["small", "summary-gpt2-small-wikitext2-per8", "summary-gpt2-small-wikitext2-per8-step1+dedic"])(
    "top-k latencies of %s",
    (name) => {
      const text = readFileSync(sharedData("workloads", `${name}.csv`), "utf8");
      const golden = gunzipSync(readFileSync(join(models, `topk-latency.${name}.par16.csv.gz`)))
        .toString()
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => Number(line.split(",")[3]));
      const requests = finish(createRequests(readOfficialCsv(text, name), eighth));
      expect(Array.from(requests.topKLatencyCycles)).toEqual(golden);
    },
  );
});
