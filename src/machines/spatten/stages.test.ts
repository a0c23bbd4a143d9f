import { expect, test } from "vitest";
import { spattenPresets } from "./presets.ts";
import {
  fetchCycles,
  pipelineDepthCycles,
  probabilityValueCycles,
  queryKeyCycles,
  scoresPerCycle,
  softmaxCycles,
} from "./stages.ts";

const [full, eighth] = spattenPresets.map((preset) => preset.parameters);

test("512 multipliers give eight scores of 64 elements a cycle, and never more than the softmax takes", () => {
  expect(scoresPerCycle(full!, 64)).toBe(8);
  expect(scoresPerCycle(full!, 128)).toBe(4);
  expect(scoresPerCycle(full!, 32)).toBe(8);
  expect(scoresPerCycle(eighth!, 64)).toBe(1);
});

test("a head size that does not divide the multipliers leaves the rest idle", () => {
  expect(scoresPerCycle(full!, 80)).toBe(6);
  expect(queryKeyCycles(full!, 80, 13)).toBe(3);
});

test("a head wider than a module is refused", () => {
  expect(() => scoresPerCycle(eighth!, 128)).toThrow(
    "multiplierCountPerModule: the multipliers of a module must cover one head; got 64 for heads of 128 elements",
  );
});

test("cycles of a query on 1000 keys and 100 values", () => {
  expect(queryKeyCycles(full!, 64, 1000)).toBe(125);
  expect(softmaxCycles(full!, 1000)).toBe(125);
  expect(probabilityValueCycles(full!, 64, 100)).toBe(13);
});

test("16 transactions take a cycle at full rate, and more at a lower efficiency", () => {
  expect(fetchCycles(full!, 16)).toBe(1);
  expect(fetchCycles({ ...full!, dram: { ...full!.dram, efficiencyRatio: 0.5 } }, 16)).toBe(2);
});

test("the pipeline is as deep as bert.cpp's, whose top-k counts one cycle more", () => {
  expect(pipelineDepthCycles(full!) + full!.pipeline.skippedTopKCycles).toBe(103);
});
