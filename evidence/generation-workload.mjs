import { createSpatten } from "../dist/index.js";
import { recordDecoderWorkload } from "../dist/inference/decoding/decoder-recorder.js";
import { generate } from "../dist/inference/decoding/generate.js";
import { replaySelectors } from "../dist/inference/decoding/replay.js";
import { parsePlan } from "../dist/pruning/plan.js";
import { checkWorkload } from "../dist/workload/workload-checks.js";
import { preset } from "./support.mjs";
import { KJV_BEGIN_ID, kjvText, withDecoder } from "./support-decoders.mjs";

export const title =
  "the paper's generation (992 tokens, 32 behind them) on our own GPT-2: recorded, replayed, simulated";

const PROMPT_COUNT = 992;
const NEW_COUNT = 32;
/** Rows that a cache may have room for beyond those that it holds. */
const SLACK_ROWS = 64;
const MODEL = "gpt2-kjv-shakespeare";
const spatten = createSpatten();

/** The trace has twelve layers, the model six: each stands for two of them, by the mean of what they keep. */
function adaptedTrace() {
  const plan = preset("gpt2-small-wikitext2-per8");
  const { keepRatio } = plan.tokens.schedule;
  const at = (layer) => keepRatio[Math.min(layer, keepRatio.length - 1)];
  const half = Array.from({ length: 6 }, (_, layer) =>
    Number(((at(2 * layer) + at(2 * layer + 1)) / 2).toFixed(6)),
  );
  return parsePlan({
    ...plan,
    name: `${plan.name}, six layers`,
    tokens: { ...plan.tokens, schedule: { kind: "per-layer", keepRatio: half } },
  });
}

const quarter = (cache) =>
  parsePlan({
    name: `spatten at 0.25, ${cache}`,
    source: "evidence",
    tokens: {
      schedule: { kind: "per-layer", keepRatio: [0.25] },
      ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method: "spatten", cache },
      protect: { firstCount: 0, lastCount: 1 },
    },
  });

/** A generation behind the beginning of the test text, or what a record makes of it. */
async function generated(plan, decisions) {
  return withDecoder(MODEL, "onnx", async (decoder, kernels) => {
    const ids = [KJV_BEGIN_ID, ...decoder.tokenizer.encodePlain(kjvText()).slice(0, PROMPT_COUNT - 1)];
    const steps = generate(decoder, kernels, ids, {
      ...{ plan, policies: spatten.policies, records: true, maximumNewTokens: NEW_COUNT, ignoresEnd: true },
      ...(decisions === undefined ? {} : { selectors: replaySelectors(decisions) }),
      checkpoint: () => undefined,
    });
    for (;;) {
      const next = await steps.next();
      if (next.done === true) return { ...next.value, model: decoder.model };
    }
  });
}

const simulated = (plan, fidelity) => ({
  id: `${plan.name}-${fidelity}`,
  quantity: `${plan.name}, machine spatten, fidelity ${fidelity}`,
  expected: "checked, and simulated; figures are shown",
  run: async () => {
    const { sequence, model, text } = await generated(plan);
    const recorded = { name: MODEL, shape: model.shape, plan, policy: sequence.policy };
    const workload = recordDecoderWorkload(recorded, sequence.decisions);
    checkWorkload(workload, plan.name);
    const report = await spatten.simulate(workload, { fidelity });
    const [prompt, ...behind] = sequence.decisions;
    const rowsOf = (iterations) =>
      iterations.reduce(
        (sum, { layers }) =>
          sum +
          layers.reduce(
            (all, { heads }) => all + heads.reduce((rows, head) => rows + head.keyPositions.length, 0),
            0,
          ),
        0,
      );
    const held = behind.reduce(
      (sum, { layers }) => sum + layers.reduce((all, { heldRowCount }) => all + heldRowCount, 0),
      0,
    );
    return {
      ours:
        `${report.cycles} cycles, ${(report.bytes.total / 1e6).toFixed(2)} MB of DRAM, ${(report.energyPicojoules.total / 1e6).toFixed(1)} µJ, bound by ${report.bound}; ` +
        `rows read ${rowsOf(behind)} of ${held} held, prompt of ${prompt.ids.length}; ${JSON.stringify(text.slice(0, 60))}`,
      holds: workload.jobs.length === (NEW_COUNT - 1) * 6 * 12,
    };
  },
});

const replayed = (plan) => ({
  id: `${plan.name}-replay`,
  quantity: `${plan.name}, replayed from its decisions alone`,
  expected: "the same ids, the same rows",
  run: async () => {
    const first = await generated(plan);
    const again = await generated({ ...plan, tokens: undefined, heads: undefined }, first.sequence.decisions);
    const rows = ({ sequence }) =>
      JSON.stringify(
        sequence.decisions.map(({ layers }) =>
          layers.map(({ heads }) => heads.map(({ keyPositions }) => [...keyPositions])),
        ),
      );
    const [sameIds, sameRows] = [String(first.ids) === String(again.ids), rows(first) === rows(again)];
    return {
      ours: `ids ${sameIds ? "equal" : "differ"}, rows ${sameRows ? "equal" : "differ"}`,
      holds: sameIds && sameRows,
    };
  },
});

const memory = {
  id: "memory",
  quantity: "what the cache takes at the end, keep 0.25",
  expected: `evict: a quarter of the dense rows, and room for ${SLACK_ROWS} a head; select: all rows, a quarter of them read`,
  run: async () => {
    const dense = await generated(preset("none"));
    const evict = await generated(quarter("evict"));
    const select = await generated(quarter("select"));
    const { layerCount, keyValueHeadCount, headDimension } = dense.model.shape;
    const rowBytes = layerCount * keyValueHeadCount * (2 * 4 * headDimension + 4);
    const length = dense.sequence.ids.length;
    const { fetchedRowCount, heldRowCount } = select.steps.at(-1);
    const quarterBytes = Math.ceil(length / 4) * rowBytes;
    return {
      ours:
        `dense ${megabytes(dense.cacheBytes)} (rows alone ${megabytes(length * rowBytes)}), evict ${megabytes(evict.cacheBytes)} (${(evict.cacheBytes / (length * rowBytes)).toFixed(3)} of the dense rows), ` +
        `select ${megabytes(select.cacheBytes)}, of which the last iteration read ${fetchedRowCount} of ${heldRowCount} rows`,
      holds:
        evict.cacheBytes >= quarterBytes &&
        evict.cacheBytes <= quarterBytes + SLACK_ROWS * rowBytes &&
        fetchedRowCount === layerCount * keyValueHeadCount * Math.ceil(length / 4) &&
        heldRowCount === layerCount * keyValueHeadCount * length,
    };
  },
};

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

const plans = [preset("none"), preset("paper-decoder"), adaptedTrace()];
export const steps = [
  ...plans.flatMap((plan) => [simulated(plan, "analytical"), simulated(plan, "cycle")]),
  ...plans.slice(1).map(replayed),
  memory,
];
