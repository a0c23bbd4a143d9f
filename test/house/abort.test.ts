import { describe, expect, it } from "vitest";
import { createSpatten, recordedTensors } from "../../src/index.ts";
import { bertBaseDense128 } from "../../src/machines/spatten/reference-workloads.ts";
import { readSidecar } from "../../src/workload/index.ts";

const aborted = expect.objectContaining({ code: "aborted" });

describe("long calls", () => {
  it("refuse to start for a caller that has given up", async () => {
    const spatten = createSpatten();
    const signal = AbortSignal.abort();
    await expect(spatten.load("bert-clinc150", { signal })).rejects.toThrow(aborted);
    await using model = await spatten.load();
    await expect(model.run("hello there", { signal })).rejects.toThrow(aborted);
    await expect(spatten.simulate(bertBaseDense128(), { signal })).rejects.toThrow(aborted);
  });

  it("say how far they are, up to the end", async () => {
    const spatten = createSpatten();
    const seen: string[] = [];
    const onProgress = ({ stage, done, total }: { stage: string; done: number; total: number }) =>
      seen.push(`${stage} ${done}/${total}`);
    await using model = await spatten.load("bert-clinc150", { onProgress });
    expect(seen.at(-1)).toBe("files 4/4");
    await model.run("hello there", { plan: "none", onProgress });
    expect(seen.at(-1)).toBe("none 4/4");
    await spatten.simulate(bertBaseDense128(), { onProgress });
    expect(seen.at(-1)).toBe("layers 12/12");
    const run = await model.run("hello there", { plan: "none", captureTensors: true });
    const tensors = readSidecar(recordedTensors(run.workload, run.layers, run.plan), "run");
    await spatten.simulate(run.workload, { tensors, onProgress });
    expect(seen.at(-1)).toBe("computed heads 16/16");
  });

  it("of a closed model are refused", async () => {
    const model = await createSpatten().load();
    await model.close();
    await expect(model.run("hello")).rejects.toThrow("is closed");
  });

  it("refuse a workload that was put together wrongly, naming the field", async () => {
    const workload = bertBaseDense128();
    const [job] = workload.jobs;
    const bad = { ...workload, jobs: [{ ...job!, queryCount: Number.NaN }, ...workload.jobs.slice(1)] };
    await expect(createSpatten().simulate(bad as typeof workload)).rejects.toThrow(/job 0.*queryCount.*NaN/);
  });
});
