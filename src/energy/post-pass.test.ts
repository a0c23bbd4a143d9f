import { expect, test } from "vitest";
import { dramEnergyPresets, dramEventEnergies } from "./dram-energy.ts";
import { type EventEnergy, energyFrom } from "./post-pass.ts";

const table: EventEnergy[] = [
  { event: "adds", unit: "alu", category: "compute", picojoules: 0.5, source: "test", howSure: "assumed" },
  { event: "reads", unit: "memory", category: "sram", picojoules: 2, source: "test", howSure: "assumed" },
];
const noLeakage = { wattsPerSquareMillimetre: 0, unitSquareMillimetres: {}, seconds: 0 };

test("counts times picojoules, by category and by unit", () => {
  expect(energyFrom({ adds: 10, reads: 3 }, table, noLeakage)).toEqual({
    compute: 5,
    sram: 6,
    dram: 0,
    leakage: 0,
    total: 11,
    units: { alu: 5, memory: 6 },
  });
});

test("leakage is watts a square millimetre × area × time, and a unit's factor covers it", () => {
  const leakage = { wattsPerSquareMillimetre: 0.01, unitSquareMillimetres: { alu: 2 }, seconds: 1e-9 };
  const energy = energyFrom({ adds: 10 }, table, leakage, { alu: 3 });
  expect(energy.leakage).toBeCloseTo(60, 9);
  expect(energy.units).toEqual({ alu: 75 });
});

test("an event without an energy is refused", () => {
  expect(() => energyFrom({ surprises: 1 }, table, noLeakage)).toThrow('event "surprises"');
});

test("energies are rounded to 3 decimals", () => {
  expect(energyFrom({ adds: 1.00001 }, table, noLeakage).total).toBe(0.5);
});

test("the two DRAM tables: 909 pJ a row and 3.48 pJ a bit, or 3.75 pJ a bit with activation averaged", () => {
  const costs = (id: string) => dramEventEnergies(id).map((row) => Number(row.picojoules.toFixed(6)));
  expect(costs("three-terms")).toEqual([909, 3.48]);
  expect(costs("on-die-and-interface")).toEqual([0, 3.75]);
  expect(() => dramEventEnergies("three-term")).toThrow('did you mean "three-terms"?');
});

test("a stream of whole rows costs about the same under both: 3.9 pJ a bit, within a tenth", () => {
  const rowBits = 1024 * 8;
  for (const { id } of dramEnergyPresets) {
    const [activate, bit] = dramEventEnergies(id).map((row) => row.picojoules);
    expect(Math.abs((activate! / rowBits + bit!) / 3.9 - 1)).toBeLessThan(0.1);
  }
});
