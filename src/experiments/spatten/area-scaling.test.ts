import { expect, test } from "vitest";
import { areaScaling } from "./area-scaling.ts";

const rows = new Map(areaScaling().map((row) => [row.parameter, row]));

test("no doubling shrinks a module, and none more than quadruples one", () => {
  for (const { totalRatio, moduleRatios } of rows.values()) {
    expect(totalRatio).toBeGreaterThan(1);
    for (const ratio of Object.values(moduleRatios)) {
      expect(ratio).toBeGreaterThan(1);
      expect(ratio).toBeLessThanOrEqual(4);
    }
  }
});

test("each parameter moves the modules that it belongs to, and no other", () => {
  const modulesOf = (parameter: string) => Object.keys(rows.get(parameter)!.moduleRatios).sort();
  expect(modulesOf("multiplierCountPerModule")).toEqual(["probabilityValueProduct", "queryKeyProduct"]);
  expect(modulesOf("topKComparatorCount")).toEqual(["topK"]);
  expect(modulesOf("fetcher.fifoDepth")).toEqual(["qkvFetcher"]);
  expect(modulesOf("dram.channelCount")).toEqual(["qkvFetcher"]);
  expect(modulesOf("keySramBytes and valueSramBytes")).toEqual([
    "probabilityValueProduct",
    "queryKeyProduct",
  ]);
});
