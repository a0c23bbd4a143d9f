import { expect, test } from "vitest";
import { parseWith } from "../../base/schema.ts";
import { machineFromConfig } from "./machine.ts";
import { resolveMachineConfig } from "./machine-config.ts";
import { spattenParametersSchema } from "./parameters.ts";
import { spattenPresets } from "./presets.ts";

test("every preset satisfies its own schema", () => {
  for (const { parameters } of spattenPresets) {
    expect(parseWith(spattenParametersSchema, parameters, { what: "preset" })).toEqual(parameters);
  }
});

test("the eighth is an eighth of every count", () => {
  const [full, eighth] = spattenPresets.map((preset) => preset.parameters);
  for (const key of ["multiplierCountPerModule", "softmaxParallelism", "topKComparatorCount"] as const) {
    expect(eighth![key] * 8).toBe(full![key]);
  }
  expect(eighth!.keySramBytes * 8).toBe(full!.keySramBytes);
  expect(eighth!.valueSramBytes * 8).toBe(full!.valueSramBytes);
  expect(eighth!.dram.channelCount * 8).toBe(full!.dram.channelCount);
});

test("a configuration changes only what it names, also below the first level", () => {
  const { id, parameters } = resolveMachineConfig({ extends: "spatten", dram: { channelCount: 8 } });
  const preset = spattenPresets[0]!.parameters;
  expect(id).toBe("spatten-custom");
  expect(parameters).toEqual({ ...preset, dram: { ...preset.dram, channelCount: 8 } });
});

test("without extends it is Table I, and id names it", () => {
  const machine = machineFromConfig({ id: "mine" }, "mine.yaml");
  expect(machine.id).toBe("mine");
  expect(machine.parameters).toEqual(spattenPresets[0]!.parameters);
  expect(machine.source).toContain("mine.yaml");
});

test.each([
  [{ extends: "spaten" }, 'unknown machine preset "spaten" (did you mean "spatten"?)'],
  [{ multiplierCount: 3 }, 'unknown key "multiplierCount"'],
  [{ dram: { chanelCount: 3 } }, 'm.yaml at dram: unknown key "chanelCount"'],
  [
    { dram: { efficiencyRatio: 1.5 } },
    "m.yaml at dram.efficiencyRatio: invalid machine configuration; got 1.5",
  ],
  [{ softmaxParallelism: 0 }, "expected a number from 1 to 4096"],
  [{ extends: 3 }, "m.yaml at extends: invalid machine configuration; got 3; expected a name"],
  ["spatten", "m.yaml: a machine configuration is an object"],
  [JSON.parse('{"__proto__": {"clockGigahertz": 2}}'), 'unknown key "__proto__"'],
])("refuses %j", (value, message) => {
  expect(() => resolveMachineConfig(value, "m.yaml")).toThrow(message);
});
