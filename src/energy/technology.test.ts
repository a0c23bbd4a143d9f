import { expect, test } from "vitest";
import {
  adderCost,
  fusedMultiplyAddCost,
  multiplierCost,
  scaleAreaToNode,
  scaleEnergyToNode,
} from "./scaling.ts";
import { sramPicojoulesPerBit, sramSquareMicrometres } from "./storage.ts";
import { operationCost, operationCosts, sramReadPoints } from "./technology.ts";

test("every published row names its source and node", () => {
  for (const row of operationCosts) expect(row).toMatchObject({ nodeNanometres: 45, howSure: "published" });
  expect(() => operationCost("integer-add-9")).toThrow('no published cost of operation "integer-add-9"');
});

test("a 12-bit multiplier costs 2.25 times the published 8-bit one, at 40 nm 8/9 of its energy", () => {
  expect(multiplierCost(12, 45).picojoules).toBeCloseTo(0.45, 12);
  expect(multiplierCost(12, 40).picojoules).toBeCloseTo(0.4, 12);
  expect(multiplierCost(12, 45).squareMicrometres).toBeCloseTo(634.5, 9);
});

test("the width rules come within a fifth of the published 32-bit circuits", () => {
  const multiply = operationCost("integer-multiply-32");
  const add = operationCost("integer-add-32");
  expect(multiplierCost(32, 45).picojoules / multiply.picojoules).toBeCloseTo(1.03, 2);
  expect(adderCost(32, 45).picojoules / add.picojoules).toBeCloseTo(1.2, 2);
  expect(adderCost(32, 45).squareMicrometres / add.squareMicrometres!).toBeCloseTo(1.05, 2);
});

test("node scaling: energy by the feature size, area by its square", () => {
  expect(scaleEnergyToNode(9, 45, 40)).toBeCloseTo(8, 12);
  expect(scaleAreaToNode(81, 45, 40)).toBeCloseTo(64, 12);
  expect(fusedMultiplyAddCost(45).picojoules).toBeCloseTo(4.6, 12);
});

test("SRAM energy goes through the published points and rises with capacity", () => {
  for (const { capacityBytes, picojoulesPerWord, wordBits } of sramReadPoints) {
    expect(sramPicojoulesPerBit(capacityBytes, 45)).toBeCloseTo(picojoulesPerWord / wordBits, 12);
  }
  const capacities = [256, 1024, 8192, 16_384, 200_000, 1 << 20, 1 << 22];
  const energies = capacities.map((bytes) => sramPicojoulesPerBit(bytes, 40));
  expect([...energies].sort((left, right) => left - right)).toEqual(energies);
  expect(sramSquareMicrometres(1)).toBeCloseTo((8 * 0.242) / 0.5, 12);
});
