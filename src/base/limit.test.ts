import { expect, it } from "vitest";
import { createLimit } from "./limit.ts";

it.each([1, 2, 5])("runs at most %i at one time, in order, and goes on after a failure", async (count) => {
  const limit = createLimit(count);
  const started: number[] = [];
  let [running, most] = [0, 0];
  const work = (index: number) => async () => {
    started.push(index);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running--;
    if (index === 3) throw new Error("3");
    return index;
  };
  const results = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => limit(work(index))));
  expect(most).toBe(count);
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(results.map(({ status }) => status === "fulfilled")).toEqual(
    Array.from({ length: 10 }, (_, index) => index !== 3),
  );
});
