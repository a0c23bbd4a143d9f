import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { linkedomDocument } from "../dist/cli/node-document.js";
import { parsePlan } from "../dist/pruning/plan.js";
import { cachePolicies } from "../dist/pruning/policies/registry.js";
import { usualBootstrap } from "../dist/quality/metrics/bootstrap.js";
import { comparePolicies } from "../dist/quality/perplexity/policy-comparison.js";
import { planNats } from "../dist/quality/perplexity/window-nats.js";
import { textWindows } from "../dist/quality/perplexity/windows.js";
import { cachePoliciesFigure } from "../dist/report/figures/cache-policies.js";
import { standaloneSvg } from "../dist/report/standalone-svg.js";
import { buildName, root } from "./support.mjs";
import { KJV_BEGIN_ID, kjvText, withDecoder, xquadText } from "./support-decoders.mjs";

export const title =
  "cache policies without fine-tuning: nats a token above dense, rows read and held (prompt of half a window, then token by token)";

const KEEP_RATIOS = [0.5, 0.25, 0.125];
/** The paper's GPT-2 average of token pruning, local values included. */
const PAPER_KEEP_RATIO = 1 / 3.8;

const tokens = (method, keepRatio, cache, more = {}) =>
  parsePlan({
    name: `${method} ${cache}`,
    source: "evidence",
    tokens: {
      schedule: { kind: "per-layer", keepRatio: [keepRatio] },
      ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method, cache },
      protect: { firstCount: 0, lastCount: 1 },
      ...more,
    },
  });

/** Each policy at each budget; a threshold has no budget, so a few of them are shown beside. */
const variants = [
  { policy: "spatten, select", plan: (keep) => tokens("spatten", keep, "select") },
  { policy: "spatten, evict", plan: (keep) => tokens("spatten", keep, "evict") },
  {
    policy: "spatten, newest 64 kept",
    plan: (keep) => tokens("spatten", keep, "select", { protect: { firstCount: 0, lastCount: 64 } }),
  },
  { policy: "layer-top-k", plan: (keep) => tokens("layer-top-k", keep, "select") },
  { policy: "h2o", plan: (keep) => tokens("h2o", keep, "evict") },
  { policy: "streaming-llm", plan: (keep) => tokens("streaming-llm", keep, "evict") },
  { policy: "snapkv", plan: (keep) => tokens("snapkv", keep, "evict") },
  { policy: "random", plan: (keep) => tokens("random", keep, "select") },
  {
    policy: "attention-threshold",
    // A row of n has 1/n of the attention on average: thresholds that leave about as much as the others keep.
    plan: (keep, context) =>
      tokens("attention-threshold", 1, "evict", { scoreThreshold: [(0.35 * (1 - keep)) / (keep * context)] }),
  },
];

const runs = [
  { model: "gpt2-kjv-shakespeare", text: kjvText, context: 1023, count: 2, beginId: KJV_BEGIN_ID },
  { model: "smollm2-135m-instruct", text: xquadText, context: 1024, count: 2 },
  { model: "smollm2-135m-instruct", text: xquadText, context: 2048, count: 1 },
];

function compared({ model: name, text, context, count, beginId }) {
  const list = [
    { policy: "dense", keepRatio: 1, plan: parsePlan({ name: "dense", source: "evidence" }) },
    ...variants.flatMap(({ policy, plan }) =>
      [1, ...KEEP_RATIOS].map((keepRatio) => ({ policy, keepRatio, plan: plan(keepRatio, context) })),
    ),
    {
      policy: "spatten, paper's 3.8x",
      keepRatio: PAPER_KEEP_RATIO,
      plan: tokens("spatten", PAPER_KEEP_RATIO, "select"),
    },
  ].filter(({ policy, keepRatio }) => keepRatio !== 1 || policy === "dense" || policy === "spatten, select");
  const plans = list.map(({ plan }) => plan);
  return withDecoder(name, "onnx", async ({ model, tokenizer }, kernels) => {
    const windows = textWindows(tokenizer.encodePlain(text()), context, beginId).slice(0, count);
    const results = [];
    for (const [done, window] of windows.entries()) {
      const onToken = progressOf(name, window.length, done);
      const options = { policies: cachePolicies, checkpoint: () => undefined, onToken };
      results.push(await planNats({ model, kernels }, window, Math.floor(window.length / 2), plans, options));
    }
    const figures = comparePolicies(results, model.shape.headDimension * 4, usualBootstrap);
    return figures.map((row, index) => ({
      ...row,
      ...{ policy: list[index].policy, keepRatio: list[index].keepRatio },
    }));
  });
}

/** A line every half minute. */
function progressOf(name, length, done) {
  let printedAt = Date.now();
  return (token) => {
    if (Date.now() < printedAt + 30_000) return;
    printedAt = Date.now();
    process.stderr.write(`    ${name}, window ${done + 1}: token ${token} of ${Math.ceil(length / 2)}\n`);
  };
}

const titleOf = ({ model, context }) => `${model}, context ${context.toLocaleString("en")}`;
const panelFile = ({ model, context }) =>
  join(root, ".evidence", "policies", `${buildName()}-${model}-${context}.json`);

const step = (run) => ({
  id: `${run.model}-${run.context}`,
  quantity: titleOf(run),
  expected: "keep 1 differs by 0; everything else is shown",
  run: async () => {
    const figures = await compared(run);
    mkdirSync(join(root, ".evidence", "policies"), { recursive: true });
    writeFileSync(panelFile(run), `${JSON.stringify({ title: titleOf(run), figures })}\n`);
    const whole = figures.find(({ policy, keepRatio }) => policy === "spatten, select" && keepRatio === 1);
    const lines = figures.map(
      ({ policy, keepRatio, nats, difference, fetchedRowRatio, heldRowRatio, fetchedBytes, cacheBytes }) =>
        `${policy.padEnd(24)} ${keepRatio.toFixed(3)}  nats ${nats.toFixed(4)}, ${difference.value >= 0 ? "+" : ""}${difference.value.toFixed(4)} [${difference.low.toFixed(4)}, ${difference.high.toFixed(4)}]  read ${fetchedRowRatio.toFixed(3)}, held ${heldRowRatio.toFixed(3)}, ${(fetchedBytes / 1e6).toFixed(0)} MB read, cache ${(cacheBytes / 1e6).toFixed(2)} MB`,
    );
    return {
      ours: `\n         ${lines.join("\n         ")}`,
      holds: Math.abs(whole.difference.value) < 1e-6,
    };
  },
});

const picture = {
  id: "picture",
  quantity: "one picture of all",
  expected: "shown",
  run: async () => {
    const panels = runs
      .map((run) => JSON.parse(readFileSync(panelFile(run), "utf8")))
      .map(({ title: name, figures }) => ({
        title: name,
        figures: figures.filter(({ policy }) => policy !== "dense"),
      }));
    const file = join(root, ".evidence", "cache-policies.svg");
    writeFileSync(file, standaloneSvg(cachePoliciesFigure(panels, { document: linkedomDocument() })));
    return { ours: ".evidence/cache-policies.svg", holds: null };
  },
};

export const steps = [...runs.map(step), picture];
