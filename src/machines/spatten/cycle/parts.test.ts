import fc from "fast-check";
import { expect, test } from "vitest";
import type { AttentionWorkload } from "../../../workload/attention-workload.ts";
import { spattenPresets } from "../presets.ts";
import { bertBaseDense128 } from "../reference-workloads.ts";
import { topKCycles } from "../top-k-latency.ts";
import { transactionsPerRow } from "../traffic.ts";
import { Fetch, StreamReader } from "./fetch.ts";
import { createLayoutExtent, Layout, streams } from "./layout.ts";
import { drawTopKTime } from "./quick-select-passes.ts";
import { chooseFrom, randomAt, uniformSurvivors } from "./survivors.ts";

const parameters = spattenPresets[0]!.parameters;

test("drawn quick-select passes take on average what the closed form expects", () => {
  for (const [n, k] of [
    [1024, 1],
    [921, 184],
    [300, 150],
    [16, 8],
  ] as const) {
    const random = randomAt(7, n, k);
    const runs = 4000;
    let cycles = 0;
    for (let run = 0; run < runs; run++) {
      const time = drawTopKTime(parameters, n, k, random);
      cycles += time.selectCycles + time.filterCycles;
    }
    // The closed form's mean of a ceiling is itself an approximation.
    expect(Math.abs(cycles / runs / topKCycles(parameters, n, k) - 1)).toBeLessThan(0.05);
  }
  expect(drawTopKTime(parameters, 5, 5, randomAt(0))).toEqual({
    selectCycles: 0,
    itemCount: 0,
    filterCycles: 1,
  });
});

test("survivors are ascending, distinct, within their span, and as many as asked for", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat({ max: 300 }), fc.nat(), (span, some, seed) => {
      const count = Math.min(span, some);
      const rows = [...uniformSurvivors(span, count, randomAt(seed))];
      expect(rows).toHaveLength(count);
      expect(rows.every((row, place) => row < span && (place === 0 || row > rows[place - 1]!))).toBe(true);
      const kept = chooseFrom(Int32Array.from(rows), Math.floor(count / 2), randomAt(seed, 1));
      expect([...kept].every((row) => rows.includes(row))).toBe(true);
    }),
  );
});

test("heads and streams do not overlap, and fused heads together read every block of their rows once", () => {
  const { header } = bertBaseDense128();
  const bitsOf = fc.constantFrom(4, 6, 8, 10, 12);
  fc.assert(
    fc.property(
      fc.constantFrom(16, 48, 64),
      bitsOf,
      fc.integer({ min: 2, max: 40 }),
      (headDimension, bits, rows) => {
        const model = { ...header.model, headDimension, unprunedLength: rows };
        const workload: AttentionWorkload = { header: { ...header, model }, jobs: [] };
        const layout = new Layout(parameters, workload.header, createLayoutExtent(workload.header));
        const owners = new Map<number, string>();
        for (const layer of [0, 1]) {
          for (const stream of streams) {
            for (let head = 0; head < 4; head++) {
              const reader = new StreamReader(layout.place(layer, head, stream, bits));
              const fetch = new Fetch(
                reader,
                Array.from({ length: rows }, (_, row) => row),
              );
              let blocks = 0;
              for (; fetch.canIssue(0); fetch.advance(), blocks++) {
                const group = `${layer} ${stream} ${Math.floor(head / parameters.dram.fusedHeadCount)}`;
                expect(owners.get(fetch.block) ?? group).toBe(group);
                owners.set(fetch.block, group);
              }
              expect(blocks).toBe(Math.ceil(rows * transactionsPerRow(parameters, headDimension, bits)));
            }
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});
