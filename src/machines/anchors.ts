import { publishedA3, publishedMnnfast } from "../energy/published-accelerators.ts";
import { publishedModuleSquareMillimetres, publishedModuleWatts } from "./spatten/published.ts";

/** A published figure that enters a model: what rests on it cannot be called predicted. */
export interface Anchor {
  readonly id: string;
  /** `fitted`: a parameter was chosen so that this comes out; `input`: the number itself was put in. */
  readonly role: "fitted" | "input";
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

const PAPER = "SpAtten (HPCA 2021)";
const MEDIUM_LATENCY = `${PAPER}, Fig 2 and Table IV: GPT-2-Medium, 32 tokens after a prompt of 992`;
const XP_PARTS = `${PAPER}, Fig 2: parts of the attention of GPT-2-Medium on TITAN Xp`;

/** Mean dynamic power that Fig 14 implies: geomean of the energy savings over that of the speedups, times 8.30 W. */
function impliedWatts(platform: string, energySaving: number, speedup: number): Anchor {
  return {
    id: `${platform}-implied-watts`,
    role: "fitted",
    value: (energySaving / speedup) * 8.3,
    unit: "watts",
    source: `derived: ${PAPER}, geometric means of Fig 14 (energy ${energySaving}x, speed ${speedup}x) and 8.30 W`,
  };
}

function perModule(kind: "watts" | "square-millimetres", values: Readonly<Record<string, number>>): Anchor[] {
  return Object.entries(values).map(([module, value]) => ({
    id: `spatten-${kind}-${module}`,
    role: "fitted",
    value,
    unit: kind.replace("-", " "),
    source: `${PAPER}, Fig 13`,
  }));
}

const AVERAGES = `${PAPER}, abstract and section V: an average over the benchmarks`;

/** What stands in for the pruning of a benchmark, of which the paper publishes averages alone. */
const averages: readonly Anchor[] = [
  {
    id: "token-reduction-all",
    role: "input",
    value: 1.9,
    unit: "times",
    source: `${AVERAGES}, values included`,
  },
  {
    id: "token-reduction-gpt2",
    role: "input",
    value: 3.8,
    unit: "times",
    source: `${AVERAGES} of GPT-2, values included`,
  },
  { id: "head-reduction", role: "input", value: 1.1, unit: "times", source: AVERAGES },
  {
    id: "progressive-reduction",
    role: "input",
    value: 5.1,
    unit: "times",
    source: `${PAPER}, list of contributions: memory access less by progressive quantization`,
  },
  { id: "refetch-ratio", role: "input", value: 0.059, unit: "ratio", source: `${AVERAGES} of GPT-2` },
];

/** Every published figure that enters a model, by the machine or workload that it enters. */
export const anchors: readonly Anchor[] = [
  {
    id: "titan-xp-attention-seconds",
    role: "fitted",
    value: 0.36672,
    unit: "seconds",
    source: MEDIUM_LATENCY,
  },
  {
    id: "titan-xp-reshape-ratio",
    role: "fitted",
    value: 0.396,
    unit: "ratio",
    source: `${XP_PARTS}: split, concat, reshape`,
  },
  {
    id: "titan-xp-softmax-ratio",
    role: "fitted",
    value: 0.333,
    unit: "ratio",
    source: `${XP_PARTS}: transpose and softmax`,
  },
  { id: "titan-xp-query-key-ratio", role: "fitted", value: 0.164, unit: "ratio", source: `${XP_PARTS}: Q·K` },
  {
    id: "titan-xp-probability-value-ratio",
    role: "fitted",
    value: 0.106,
    unit: "ratio",
    source: `${XP_PARTS}: prob·V`,
  },
  {
    id: "titan-xp-fully-connected-seconds",
    role: "fitted",
    value: 0.38829,
    unit: "seconds",
    source: MEDIUM_LATENCY,
  },
  {
    id: "xeon-e5-2640v4-attention-seconds",
    role: "fitted",
    value: 1.4731,
    unit: "seconds",
    source: MEDIUM_LATENCY,
  },
  {
    id: "xeon-e5-2640v4-fully-connected-seconds",
    role: "fitted",
    value: 1.4869,
    unit: "seconds",
    source: MEDIUM_LATENCY,
  },
  {
    id: "jetson-nano-attention-seconds",
    role: "fitted",
    value: 5.6391,
    unit: "seconds",
    source: MEDIUM_LATENCY,
  },
  {
    id: "jetson-nano-fully-connected-seconds",
    role: "fitted",
    value: 3.558,
    unit: "seconds",
    source: MEDIUM_LATENCY,
  },
  {
    id: "raspberry-pi-4-attention-seconds",
    role: "fitted",
    value: 43,
    unit: "seconds",
    source: `${PAPER}, section I: attention of 30 tokens of GPT-2-Medium`,
  },
  impliedWatts("titan-xp", 1193, 162.5),
  impliedWatts("xeon-e5-2640v4", 4059, 347.4),
  impliedWatts("jetson-nano", 405.9, 1095),
  impliedWatts("raspberry-pi-4", 1910, 5071),
  ...perModule("watts", publishedModuleWatts),
  ...perModule("square-millimetres", publishedModuleSquareMillimetres),
  ...Object.entries({
    "a3-dynamic-watts": publishedA3.dynamicWatts,
    "a3-static-watts": publishedA3.staticWatts,
    "a3-square-millimetres": publishedA3.squareMillimetres,
    "mnnfast-watts": publishedMnnfast.watts,
    "a3-speedup": publishedA3.speedupOverBase,
  }).map(([id, { value, unit, source }]): Anchor => ({ id, role: "input", value, unit, source })),
  ...averages,
];

/** Ids of the anchors that a machine's figures rest on; empty where they come of parameters and tables alone. */
export interface MachineAnchors {
  readonly seconds: readonly string[];
  /** Further ones, which times and energies rest on where fully connected layers ran; none if absent. */
  readonly weights?: readonly string[];
  readonly energy: readonly string[];
  readonly area: readonly string[];
}

export const noAnchors: MachineAnchors = { seconds: [], energy: [], area: [] };

/** Anchors whose id begins so. */
export function anchorIds(prefix: string): string[] {
  return anchors.map(({ id }) => id).filter((id) => id.startsWith(prefix));
}
