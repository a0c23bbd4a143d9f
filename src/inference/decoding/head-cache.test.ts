import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLayerCache } from "./layer-cache.ts";
import type { CacheForm } from "./layer-store.ts";

const cacheOf = (dimension: number, form: CacheForm) => createLayerCache(1, dimension, form).heads[0]!;

/** What a cache holds, as a list. */
interface Row {
  readonly position: number;
  readonly key: number;
  readonly value: number;
}

const actions = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("append" as const), count: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ kind: fc.constant("compact" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant("truncate" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant("copy" as const) }),
  ),
  { maxLength: 12 },
);

describe("the cache of a head", () => {
  it.each(["values", "codes"] as const)("of %s is a list of rows, whatever is done to it", (form) => {
    fc.assert(
      fc.property(actions, (list) => {
        let cache = cacheOf(2, form);
        let rows: Row[] = [];
        let position = 0;
        const numbersOf = (from: number) =>
          (form === "values" ? Float32Array : Int16Array).of(from, from + 1);
        for (const action of list) {
          if (action.kind === "append") {
            for (let index = 0; index < action.count; index++, position++) {
              const row = { position, key: position % 100, value: (3 * position) % 100 };
              cache.append(
                position,
                { numbers: numbersOf(row.key), scale: row.key },
                { numbers: numbersOf(row.value), scale: row.value },
              );
              rows.push(row);
            }
          } else if (action.kind === "compact") {
            const kept = rows
              .map((_, index) => index)
              .filter((index) => (index * 7919) % 101 < 101 * action.part);
            cache.compact(Int32Array.from(kept));
            rows = kept.map((index) => rows[index]!);
          } else if (action.kind === "truncate") {
            const count = Math.floor(rows.length * action.part);
            cache.truncate(count);
            rows = rows.slice(0, count);
          } else {
            const copy = cacheOf(2, form);
            copy.copyFrom(cache);
            cache = copy;
          }
          expect(cache.rowCount()).toBe(rows.length);
          expect([...cache.positions()]).toEqual(rows.map((row) => row.position));
          const slots = [...cache.slots()];
          const keys = cache.keys();
          expect(slots.flatMap((slot) => [...keys.subarray(2 * slot, 2 * slot + 2)])).toEqual(
            rows.flatMap(({ key }) => [key, key + 1]),
          );
          // A graph reads the first places alone.
          expect([...slots].sort((left, right) => left - right)).toEqual(slots.map((_, slot) => slot));
          const scales = cache.valueScales();
          expect(scales && slots.map((slot) => scales[slot])).toEqual(
            form === "codes" ? rows.map(({ value }) => value) : undefined,
          );
        }
      }),
    );
  });

  it("lets go of memory with its rows: a quarter of them takes a quarter, and a little room", () => {
    const cache = cacheOf(64, "values");
    const numbers = new Float32Array(64);
    for (let position = 0; position < 1024; position++) cache.append(position, { numbers }, { numbers });
    const bytesPerRow = 2 * 64 * 4 + 4 + 4;
    expect(cache.allocatedBytes()).toBeLessThanOrEqual(1024 * 1.5 * bytesPerRow);
    cache.compact(Int32Array.from({ length: 256 }, (_, row) => 4 * row));
    expect(cache.allocatedBytes()).toBe((256 + 32) * bytesPerRow);
  });

  it.each([[[1, 0]], [[0, 0]], [[3]], [[-1]]])("refuses to keep %j of three rows", (rows) => {
    const cache = cacheOf(1, "values");
    for (const position of [0, 1, 2]) {
      cache.append(position, { numbers: Float32Array.of(1) }, { numbers: Float32Array.of(2) });
    }
    expect(() => cache.compact(Int32Array.from(rows))).toThrow("must ascend within the cache");
  });
});
