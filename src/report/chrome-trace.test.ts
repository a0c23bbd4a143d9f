import { expect, test } from "vitest";
import { createTraceCollector } from "./chrome-trace.ts";

test("a trace names its tracks and joins neighbouring spans with one name", () => {
  const { observer, pieces } = createTraceCollector();
  observer.pace!(0, 10, "fill");
  observer.unit!({ unit: "topK", startCycle: 0, endCycle: 4, cause: "fill" });
  observer.unit!({ unit: "topK", startCycle: 4, endCycle: 10, cause: "fill" });
  observer.unit!({ unit: "topK", startCycle: 10, endCycle: 12 });
  observer.channel!({ channel: 10, startCycle: 1, endCycle: 9, readCount: 3 });
  observer.channel!({ channel: 2, startCycle: 1, endCycle: 5, readCount: 1 });
  const { traceEvents } = JSON.parse([...pieces("a run", 2)].join("")) as {
    traceEvents: {
      name: string;
      ph: string;
      tid: number;
      ts?: number;
      dur?: number;
      args?: { name?: string };
    }[];
  };
  const names = traceEvents.filter(({ name }) => name === "thread_name").map(({ args }) => args!.name);
  expect(names).toEqual(["what sets the pace", "topK", "DRAM channel 2", "DRAM channel 10"]);
  const topK = traceEvents.filter(({ ph, tid }) => ph === "X" && tid === 2);
  // 10 cycles of 2 ns, told in microseconds.
  expect(topK.map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
    ["waits: fill", 0, 0.02],
    ["busy", 0.02, 0.004],
  ]);
});
