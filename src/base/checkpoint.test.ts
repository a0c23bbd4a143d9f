import { describe, expect, it } from "vitest";
import { abortedError, finish, finishWithRests, type Steps } from "./checkpoint.ts";

function* countTo(end: number): Steps<number> {
  let count = 0;
  while (count < end) {
    count++;
    yield { stage: "count", done: count, total: end };
  }
  return count;
}

describe("long computations as steps", () => {
  it("give the same result in one go and with rests", async () => {
    let rests = 0;
    const checkpoint = () => {
      rests++;
      return rests % 3 === 0 ? Promise.resolve() : undefined;
    };
    expect(finish(countTo(10))).toBe(10);
    expect(await finishWithRests(countTo(10), checkpoint)).toBe(10);
    expect(rests).toBe(10);
  });

  it("stop where the checkpoint says so", async () => {
    let calls = 0;
    const checkpoint = () => (++calls === 4 ? Promise.reject(abortedError()) : undefined);
    await expect(finishWithRests(countTo(10), checkpoint)).rejects.toMatchObject({ code: "aborted" });
    expect(calls).toBe(4);
  });
});
