import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { centroidsOf, type LabelledVector, nearestCentroid } from "./nearest-centroid.ts";
import { nearestNeighboursBySorting } from "./nearest-neighbours.reference.ts";
import { majorityOf, nearestNeighbours } from "./nearest-neighbours.ts";
import { toUnitLength } from "./unit-vectors.ts";

describe("nearest centroid", () => {
  it("takes the direction of a class's mean, whatever its length", () => {
    const centroids = centroidsOf([
      { vector: [0, 1], label: "up" },
      { vector: [1, 0], label: "right" },
      { vector: [0.6, 0.8], label: "right" },
    ]);
    expect(centroids.map(({ label }) => label)).toEqual(["right", "up"]);
    expect([...centroids[0]!.vector]).toEqual(
      [2 / Math.sqrt(5), 1 / Math.sqrt(5)].map((x) => expect.closeTo(x, 12)),
    );
    expect(nearestCentroid([0.6, 0.8], centroids)).toBe("right");
    expect(nearestCentroid([0.1, 0.99], centroids)).toBe("up");
    expect([...toUnitLength(new Float64Array(2))]).toEqual([0, 0]);
  });
});

describe("nearest neighbours", () => {
  it("vote, and a tie goes to the larger sum of cosines", () => {
    const vote = (...pairs: [string, number][]) =>
      majorityOf(pairs.map(([label, cosine]) => ({ label, cosine })));
    expect(vote(["a", 0.9], ["b", 0.5], ["b", 0.4])).toBe("b");
    expect(vote(["a", 0.6], ["b", 0.5], ["b", 0.4], ["a", 0.1])).toBe("b");
  });

  it("are those of a full sort", () => {
    const vector = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 });
    const labelled = fc.record({ vector, label: fc.constantFrom("a", "b", "c") });
    fc.assert(
      fc.property(vector, fc.array(labelled), fc.integer({ min: 1, max: 6 }), (query, vectors, count) => {
        const given: LabelledVector[] = vectors;
        expect(nearestNeighbours(query, given, count)).toBe(nearestNeighboursBySorting(query, given, count));
      }),
    );
  });
});
