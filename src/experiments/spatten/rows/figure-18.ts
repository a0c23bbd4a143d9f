import { lookUp } from "../../../base/registry.ts";
import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { Measured } from "../../ledger/measurement.ts";
import type { Alternative, Ours } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import { figure18Derived, figure18Points, figure18Roofs } from "../published/figure-18.ts";
import { platformTitles, SPATTEN_PAPER } from "../published/paper.ts";
import { anchorsOfRuns, meansOf } from "./benchmark-sets.ts";
import { putIn } from "./computed.ts";
import {
  type FamilyRuns,
  familyRuns,
  type RooflineFamily,
  type RooflineMachine,
  rooflineFamilies,
  rooflineMachines,
} from "./figure-18-points.ts";

const SOURCE = `${SPATTEN_PAPER}, Fig 18`;
const DERIVED = `derived: ${SOURCE}`;
const titles = { spatten: "SpAtten", "titan-xp": platformTitles["titan-xp"] } as const;
const familyTitles = { bert: "the 22 of BERT", gpt2: "the 8 of GPT-2" } as const;
const TERA = 1e12;
const GIGA_PER_TERA = 1000;
const PERCENT = 100;
/** The least that is plausible for BERT, whose widths are not published; its rows take 8. */
const NARROW_BITS = 6;

/** Step of the platform's throughputs, which the figure prints with one digit. */
const PLATFORM_STEP = 0.01;

const combinations = rooflineFamilies.flatMap((family) =>
  rooflineMachines.map((machine) => ({ family, machine })),
);

const published: readonly PublishedRow[] = [
  {
    id: "figure-18-roof-bandwidth",
    ...{ source: SOURCE, quantity: "bandwidth of SpAtten, the slope of its roof" },
    ...{ published: figure18Roofs.gigabytesPerSecond, unit: "GB/s" },
  },
  ...rooflineMachines.map((machine) => ({
    id: `figure-18-roof-compute-${machine}`,
    ...{ source: SOURCE, quantity: `compute roof of ${titles[machine]}` },
    ...{ published: figure18Roofs.teraoperationsPerSecond[machine], unit: "TFLOPS", roundedTo: 1 },
  })),
  ...combinations.map(({ family, machine }) => ({
    id: intensityId(family, machine),
    ...{ source: SOURCE, quantity: `operations a byte of ${familyTitles[family]} on ${titles[machine]}` },
    ...{ published: figure18Points[family][machine].operationsPerByte, unit: "operations/byte" },
  })),
  ...combinations.map(({ family, machine }) => ({
    id: pointId(family, machine),
    ...{ source: SOURCE, quantity: `throughput of ${familyTitles[family]} on ${titles[machine]}` },
    ...{ published: figure18Points[family][machine].teraoperationsPerSecond, unit: "TFLOPS" },
    ...(machine === "titan-xp" ? { roundedTo: PLATFORM_STEP } : {}),
  })),
  {
    id: "figure-18-roof-over-gpt2",
    ...{ source: DERIVED, quantity: "roof of SpAtten at the intensity of GPT-2" },
    ...{ published: figure18Derived.roofOverGpt2, unit: "TFLOPS", derived: true },
  },
  ...rooflineFamilies.map((family) => ({
    id: reachedId(family),
    ...{ source: DERIVED, quantity: `part of SpAtten's roof that ${familyTitles[family]} reach` },
    published: family === "bert" ? figure18Derived.reachedByBert : figure18Derived.reachedByGpt2,
    ...{ unit: "%", derived: true as const },
  })),
];

function intensityId(family: RooflineFamily, machine: RooflineMachine): string {
  return `figure-18-intensity-${machine}-${family}`;
}

function pointId(family: RooflineFamily, machine: RooflineMachine): string {
  return `figure-18-throughput-${machine}-${family}`;
}

function reachedId(family: RooflineFamily): string {
  return `figure-18-reached-${family}`;
}

/** Fig 18: where the benchmarks stand under the roofs of SpAtten and of TITAN Xp. */
export const figure18Experiment: Experiment = {
  id: "figure-18",
  title: "Roofline of SpAtten and TITAN Xp",
  source: SOURCE,
  published,
  ours: async (laboratory) => {
    const rows = await Promise.all(
      combinations.map(async ({ family, machine }) => {
        const points = await familyRuns(laboratory, machine, family);
        const narrow =
          machine === "spatten" && family === "bert"
            ? await familyRuns(laboratory, machine, family, { operandBits: NARROW_BITS })
            : undefined;
        return {
          family,
          machine,
          intensity: intensityOf(points, narrow),
          point: throughputOf(points),
        };
      }),
    );
    const own = (family: RooflineFamily) =>
      rows.find((row) => row.family === family && row.machine === "spatten")!;
    return Object.fromEntries([
      ...roofRows(laboratory),
      ...rows.flatMap(({ family, machine, intensity, point }) => [
        [intensityId(family, machine), intensity],
        [pointId(family, machine), point],
      ]),
      ["figure-18-roof-over-gpt2", roofOver(laboratory, own("gpt2").intensity)],
      ...rooflineFamilies.map((family) => [reachedId(family), reachedBy(laboratory, own(family))]),
    ]);
  },
};

type Computed = Ours & { readonly kind: "computed" };

function roofsOf(laboratory: Laboratory, machine: RooflineMachine) {
  return lookUp(laboratory.machines, machine, "machine").roofs!;
}

function roofRows(laboratory: Laboratory): [string, Ours][] {
  const input = (machine: RooflineMachine, value: number): Ours =>
    putIn(value, `parameters of machine ${machine}`);
  return [
    ["figure-18-roof-bandwidth", input("spatten", roofsOf(laboratory, "spatten").gigabytesPerSecond)],
    ...rooflineMachines.map((machine): [string, Ours] => [
      `figure-18-roof-compute-${machine}`,
      input(machine, roofsOf(laboratory, machine).gigaoperationsPerSecond / GIGA_PER_TERA),
    ]),
  ];
}

function onOf({ runs, machine }: FamilyRuns): string {
  const variant = machine === "spatten" ? "pruned, executed operations" : "dense";
  return `geometric mean of ${runs.length} benchmarks on ${machine}, ${variant}, analytical`;
}

function otherMeans(means: ReturnType<typeof meansOf>, unit = 1): Alternative[] {
  return [
    { when: "arithmetic mean", value: means.arithmetic / unit },
    { when: "harmonic mean", value: means.harmonic / unit },
    { when: "all benchmarks as one run", value: means.ofSums / unit },
  ];
}

const executed = ({ report }: Measured): number => report.operations.executed;

function intensityOf(points: FamilyRuns, narrow?: FamilyRuns): Computed {
  const operands = ({ runs, operandBytes }: FamilyRuns) =>
    meansOf(runs, executed, (_, index) => operandBytes[index]!);
  const means = operands(points);
  return {
    ...{ kind: "computed", value: means.geometric, on: onOf(points) },
    hingesOn: anchorsOfRuns(points.runs, "workload"),
    alternatives: [
      ...otherMeans(means),
      ...(points.machine === "spatten"
        ? []
        : [
            {
              when: "every tensor that the platform's calls read and write",
              value: meansOf(points.runs, executed, ({ report }) => report.bytes.total).geometric,
            },
          ]),
      ...(narrow === undefined
        ? []
        : [{ when: `operands of ${NARROW_BITS} bits`, value: operands(narrow).geometric }]),
    ],
    ...(narrow === undefined
      ? {}
      : {
          note: "in proportion to the length of the sentences, which short tasks pull down; 8 bits are assumed",
        }),
  };
}

function throughputOf(points: FamilyRuns): Computed {
  const perSecond = (operations: (run: Measured) => number) =>
    meansOf(points.runs, operations, ({ report }) => report.seconds);
  const means = perSecond(executed);
  const dense = perSecond(({ report }) => report.operations.denseEquivalent);
  return {
    ...{ kind: "computed", value: means.geometric / TERA, on: onOf(points) },
    hingesOn: anchorsOfRuns(points.runs, "seconds"),
    alternatives: [
      ...otherMeans(means, TERA),
      ...(points.machine === "spatten"
        ? [{ when: "dense-equivalent operations", value: dense.geometric / TERA }]
        : []),
    ],
  };
}

/** What the machine could do at an intensity, in TFLOPS. */
function roofAtIntensity(laboratory: Laboratory, operationsPerByte: number): number {
  const { gigaoperationsPerSecond, gigabytesPerSecond } = roofsOf(laboratory, "spatten");
  return Math.min(gigaoperationsPerSecond, gigabytesPerSecond * operationsPerByte) / GIGA_PER_TERA;
}

function roofOver(laboratory: Laboratory, { value, hingesOn, on }: Computed): Ours {
  return { kind: "computed", value: roofAtIntensity(laboratory, value), hingesOn, on };
}

function reachedBy(
  laboratory: Laboratory,
  { intensity, point }: { readonly intensity: Computed; readonly point: Computed },
): Ours {
  return {
    kind: "computed",
    value: (PERCENT * point.value) / roofAtIntensity(laboratory, intensity.value),
    on: point.on,
    hingesOn: [...intensity.hingesOn, ...point.hingesOn],
  };
}
