import { describe, expect, it } from "vitest";
import { SpattenError } from "../../../base/errors.ts";
import { type Attempt, attemptOfStatus, retry } from "./retry.ts";

const patience = {
  attemptCount: 4,
  firstWaitMilliseconds: 100,
  longestWaitMilliseconds: 5000,
  stallMilliseconds: 60_000,
};
const error = new SpattenError("network", "down");

/** Waits that a sequence of attempts leads to, and how it ends. */
async function waitsOf(attempts: readonly Attempt<string>[]) {
  const waits: number[] = [];
  const rest = [...attempts];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const ended = await retry(async () => rest.shift()!, {
    patience,
    address: "a",
    signal: undefined,
    wait,
  }).catch((caught: SpattenError) => caught.message);
  return { waits, ended };
}

const again = { kind: "again", error } as const;
const done = { kind: "done", value: "whole" } as const;

describe("asking again", () => {
  it("waits twice as long each time, and gives up in the end", async () => {
    expect(await waitsOf([again, again, again, again, done])).toEqual({
      waits: [100, 200, 400],
      ended: "down",
    });
    expect(await waitsOf([again, again, done])).toEqual({ waits: [100, 200], ended: "whole" });
  });

  it("begins anew with every attempt that brought something", async () => {
    const advanced = { ...again, hasAdvanced: true };
    const { waits, ended } = await waitsOf([again, again, advanced, again, advanced, again, again, done]);
    expect(waits).toEqual([100, 200, 100, 200, 100, 200, 400]);
    expect(ended).toBe("whole");
  });

  it("keeps the pause that the hub asks for, in seconds or as a date", async () => {
    const answer = (after: string) =>
      attemptOfStatus(
        new Response(null, {
          status: 429,
          headers: { "retry-after": after, date: "Sat, 01 Feb 2025 10:00:00 GMT" },
        }),
        "a",
      );
    const inSeconds = await waitsOf([
      answer("3"),
      answer("Sat, 01 Feb 2025 10:00:02 GMT"),
      answer("soon"),
      done,
    ]);
    expect(inSeconds.waits).toEqual([3000, 2000, 400]);
    expect((await waitsOf([answer("6"), done])).ended).toMatch(/too many requests/);
  });

  it("stops when the caller gives up during a pause", async () => {
    const stop = new AbortController();
    const attempt = async () => {
      setImmediate(() => stop.abort());
      return again;
    };
    const slow = { ...patience, firstWaitMilliseconds: 4000 };
    await expect(retry(attempt, { patience: slow, address: "a", signal: stop.signal })).rejects.toMatchObject(
      {
        code: "aborted",
      },
    );
  });
});
