import { describe, expect, it } from "vitest";
import { extendRegistry, lookUp } from "./registry.ts";

const rows = [{ id: "one" }, { id: "two" }];

describe("registries", () => {
  it("find a row by its name and offer the nearest for a wrong one", () => {
    expect(lookUp(rows, "two", "row")).toBe(rows[1]);
    expect(() => lookUp(rows, "twoo", "row")).toThrow('unknown row "twoo" (did you mean "two"?)');
  });

  it("are extended as values, and no name twice", () => {
    expect(extendRegistry(rows, [{ id: "three" }], "row").map((row) => row.id)).toEqual([
      "one",
      "two",
      "three",
    ]);
    expect(rows).toHaveLength(2);
    expect(extendRegistry(rows, undefined, "row")).toBe(rows);
    expect(() => extendRegistry(rows, [{ id: "one" }], "row")).toThrow('row "one" is registered twice');
    expect(() => extendRegistry(rows, [{ id: "x" }, { id: "x" }], "row")).toThrow("registered twice");
  });
});
