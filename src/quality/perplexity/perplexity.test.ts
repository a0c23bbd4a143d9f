import { beforeAll, describe, expect, it } from "vitest";
import { genesis, loadBundledDecoder } from "../../../test/support/bundled-decoder.ts";
import { cachePlan, densePlan } from "../../../test/support/tiny-decoders.ts";
import { neverRest } from "../../base/checkpoint.ts";
import { type LoadedDecoder, openKernels } from "../../inference/decoder.ts";
import { referenceEngine } from "../../inference/engines/engine.ts";
import { cachePolicies } from "../../pruning/policies/registry.ts";
import { parsePlainText } from "../datasets/plain-text.ts";
import type { ScoredDecoder } from "./step-by-step.ts";
import { denseWindowNats, planNats } from "./window-nats.ts";
import { windowRows } from "./window-rows.ts";
import { textWindows } from "./windows.ts";

const call = { checkpoint: neverRest };
let decoder: LoadedDecoder;
let scored: ScoredDecoder;
let window: readonly number[];
beforeAll(async () => {
  decoder = await loadBundledDecoder();
  const kernels = await openKernels(referenceEngine, decoder.model);
  scored = { model: decoder.model, kernels };
  window = [1999, ...decoder.tokenizer.encodePlain(genesis).slice(0, 24)];
});

describe("windows of a text", () => {
  it("lie side by side from its start, and leave out what fills none", () => {
    const ids = Array.from({ length: 11 }, (_, id) => id);
    expect(textWindows(ids, 4)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
    expect(textWindows(ids, 11, 99)).toEqual([[99, ...ids]]);
    expect(() => textWindows(ids, 12)).toThrow("the text fills no window");
  });

  it("stay within a document, and begin as the model's texts did unless told otherwise", async () => {
    const split = {
      ...parsePlainText(`${genesis}<|endoftext|>\n\nAmen.\n<|endoftext|>${genesis}`, "f"),
      documents: [],
    };
    expect(split.rows.map(({ where }) => where)).toEqual(["f: document 1", "f: document 2", "f: document 3"]);
    const rows = await windowRows(decoder, split, { windowTokenCount: 40, begin: "auto" });
    expect(rows.map(({ where }) => where)).toEqual([
      ...["f: document 1, window 1", "f: document 1, window 2"],
      ...["f: document 3, window 1", "f: document 3, window 2"],
    ]);
    expect(rows[0]).toMatchObject({ beginId: 1999, promptCount: 21 });
    expect(rows[0]!.ids).toHaveLength(41);
    const bare = await windowRows(decoder, split, { windowTokenCount: 40, begin: "never" });
    expect(bare[1]).toMatchObject({ beginId: null, promptCount: 20, ids: rows[1]!.ids.slice(1) });
    const quiet = { ...decoder, endIds: [] };
    const firstOf = async (begin: "auto" | "always") =>
      (await windowRows(quiet, split, { windowTokenCount: 40, begin }))[0]!;
    expect((await firstOf("auto")).beginId).toBe(null);
    expect((await firstOf("always")).beginId).toBe(1999);
  });

  it("are refused where they fit neither text nor model", async () => {
    const split = { ...parsePlainText(genesis, "f"), documents: [] };
    const rowsOf = (windowTokenCount: number, text = split, judged: Partial<LoadedDecoder> = {}) =>
      expect(
        windowRows({ ...decoder, ...judged }, text, {
          windowTokenCount,
          begin: judged.name ? "always" : "auto",
        }),
      ).rejects;
    await rowsOf(500).toThrow("no text fills a window");
    await rowsOf(1025).toThrow("from 4 to 1024, its positions");
    await rowsOf(3).toThrow("the window does not fit the model");
    const long = { ...parsePlainText("a".repeat(2_000_001), "f"), documents: [] };
    await rowsOf(8, long).toThrow("too long to be cut into windows");
    await rowsOf(8, split, { name: "silent", beginId: undefined }).toThrow(
      "names no token that begins a text",
    );
  });
});

describe("nats of a window under plans", () => {
  const plans = [
    densePlan,
    cachePlan("spatten", 0.4),
    cachePlan("h2o", 0.5, { cache: "evict" }),
    cachePlan("streaming-llm", 0.5),
  ];
  const options = { ...call, policies: cachePolicies };

  it("are those of one dense pass where nothing is pruned, token for token", async () => {
    const [dense] = await planNats(scored, window, 13, [densePlan], options);
    const inOnePass = (await denseWindowNats(scored, window, call)).slice(12);
    expect(dense!.nats).toHaveLength(12);
    for (const [index, nats] of dense!.nats.entries()) expect(nats).toBeCloseTo(inOnePass[index]!, 5);
  });

  it("are side by side what they are one by one, and pruning changes them", async () => {
    const together = await planNats(scored, window, 13, plans, options);
    for (const [index, plan] of plans.entries()) {
      const [alone] = await planNats(scored, window, 13, [plan], options);
      expect(alone!.nats, plan.name).toEqual(together[index]!.nats);
      expect(alone!.traffic).toEqual(together[index]!.traffic);
      if (index > 0) expect(alone!.nats).not.toEqual(together[0]!.nats);
    }
    const [dense, selecting, evicting] = together.map(({ traffic }) => traffic);
    expect(selecting!.fetchedRows).toBeLessThan(dense!.fetchedRows / 2);
    expect(selecting!.heldRows).toBe(dense!.heldRows);
    expect(evicting!.heldRows).toBeLessThan(dense!.heldRows);
  });

  it("are the dense ones exactly under every policy that keeps all", async () => {
    const keeping = cachePolicies.filter(({ usesThreshold }) => usesThreshold !== true);
    const all = [densePlan, ...keeping.map(({ id }) => cachePlan(id, 1))];
    const [dense, ...others] = await planNats(scored, window, 19, all, options);
    for (const { plan, nats } of others) expect(nats, plan.name).toEqual(dense!.nats);
  });
});
