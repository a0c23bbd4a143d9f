import { expect, it } from "vitest";
import { bertBaseDense128 } from "../spatten/reference-workloads.ts";
import { thisCpu } from "./machine.ts";
import { measuredSeconds } from "./measured-seconds.ts";
import { ATTENTION_TIMES_SCHEMA, type AttentionTimes, type MeasuredTime } from "./record.ts";

const shape = { headCount: 12, queryCount: 128, keyCount: 128, headDimension: 64 };
const time = (change: Partial<MeasuredTime>): MeasuredTime => ({
  ...shape,
  arithmetic: "float32",
  seconds: 1e-3,
  ...change,
});
const record: AttentionTimes = {
  ...{ schema: ATTENTION_TIMES_SCHEMA, processor: "a processor", runtime: "a runtime", spatten: "0.0.0" },
  ...{ date: "2000-01-01", warmUpCount: 1, runCount: 9, trimmedRatio: 0.15, emptyCallSeconds: 1e-5 },
  times: [
    time({}),
    time({ arithmetic: "int8", seconds: 3e-3 }),
    time({ queryCount: 1, keyCount: 100, seconds: 2e-4 }),
    time({ queryCount: 1, keyCount: 200, seconds: 4e-4 }),
  ],
};
const machineWith = (change: object = {}) => thisCpu.configure!({ extends: "this-cpu", record, ...change });

it("takes the measured time of a layer for each layer, in the arithmetic asked for", async () => {
  const workload = bertBaseDense128();
  const floats = await machineWith().simulate(workload);
  expect(floats.seconds).toBeCloseTo(12 * 1e-3, 9);
  expect(floats.assumptions.join("\n")).toContain("a processor");
  const codes = await machineWith({ arithmetic: "int8" }).simulate(workload);
  expect(codes.seconds).toBeCloseTo(12 * 3e-3, 9);
});

it("goes along a line between two numbers of keys, and nowhere beyond them", () => {
  const at = (keyCount: number) => measuredSeconds(record, "float32", { ...shape, queryCount: 1, keyCount });
  expect(at(100)).toBe(2e-4);
  expect(at(150)).toBeCloseTo(3e-4, 12);
  expect(() => at(99)).toThrow(/not measured/);
  expect(() => at(201)).toThrow(/not measured/);
  expect(() => measuredSeconds(record, "float32", { ...shape, headCount: 16 })).toThrow(/not measured/);
});

it("refuses to guess without a record, or with one that is none", async () => {
  await expect(thisCpu.simulate(bertBaseDense128())).rejects.toMatchObject({ code: "missing-data" });
  expect(() => machineWith({ record: { ...record, times: [] } })).toThrow(/times/);
  expect(() => machineWith({ record: { ...record, proccessor: "x" } })).toThrow(/processor/);
  await expect(machineWith().simulate(bertBaseDense128(), { iteration: 3 })).rejects.toMatchObject({
    code: "workload",
  });
});
