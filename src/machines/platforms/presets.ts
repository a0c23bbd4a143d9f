import { lookUp } from "../../base/registry.ts";
import { type Anchor, anchors as publishedAnchors } from "../anchors.ts";
import type { CallName, PlatformParameters } from "./parameters.ts";

/** Parameters under a name, with the source of every group of them and the anchors that they hold. */
export interface PlatformPreset {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly parameters: PlatformParameters;
  readonly sources: Readonly<Record<string, string>>;
  /** Ids of the anchors behind the times of attention, and behind those of fully connected layers. */
  readonly timeAnchors: readonly string[];
  readonly weightAnchors: readonly string[];
  readonly powerAnchor: string;
}

/** Seconds of a call that change nothing but the smallest runs; the two ends of what is plausible beside the default. */
export interface CallRange {
  readonly low: number;
  readonly high: number;
}

const PAPER = "SpAtten (HPCA 2021), section V: PyTorch, batch 1";
const CALLS =
  "assumed: calls of an attention layer in the PyTorch of 2020 that start a kernel or loop (two concats, splits and merges; scale, mask and softmax; a product and its contiguous operands)";
const DESKTOP_CALL =
  "assumed: 10 µs a call, as eager PyTorch takes on a desktop processor; 5 to 20 plausible";
const SMALL_CALL = "assumed: 50 µs a call, on cores about five times slower; 25 to 100 plausible";

const callCounts = { reshape: 6, queryKey: 2, softmax: 5, probabilityValue: 2, fullyConnected: 2 };

/** What is plausible for `secondsPerCall`, by platform. */
export const callRanges: Readonly<Record<string, CallRange>> = {
  "titan-xp": { low: 5e-6, high: 20e-6 },
  "xeon-e5-2640v4": { low: 5e-6, high: 20e-6 },
  "jetson-nano": { low: 25e-6, high: 100e-6 },
  "raspberry-pi-4": { low: 25e-6, high: 100e-6 },
};

/** The four platforms of Fig 14; other anchors than the published ones give other platforms. */
export function platformPresets(anchors: readonly Anchor[] = publishedAnchors): readonly PlatformPreset[] {
  const value = (id: string): number => lookUp(anchors, id, "anchor").value;
  const common = { elementBytes: 4 as const, callCounts, power: "outside" as const };
  const whole = (id: string, generatedCount: number): PlatformParameters["calibrations"][number] => ({
    calls: ["reshape", "queryKey", "softmax", "probabilityValue"] satisfies CallName[],
    seconds: value(`${id}-attention-seconds`),
    generatedCount,
  });
  const weights = (id: string): PlatformParameters["calibrations"][number] => ({
    calls: ["fullyConnected"],
    seconds: value(`${id}-fully-connected-seconds`),
    generatedCount: 32,
  });
  const attentionPart = (call: CallName, ratioId: string) => ({
    calls: [call],
    seconds: value("titan-xp-attention-seconds") * value(ratioId),
    generatedCount: 32,
  });
  return [
    {
      id: "titan-xp",
      title: "NVIDIA TITAN Xp",
      source: PAPER,
      parameters: {
        ...common,
        clockGigahertz: 1.582,
        peakGigaoperationsPerSecond: 12_000,
        bandwidthGigabytesPerSecond: 547.7,
        secondsPerCall: 10e-6,
        calibrations: [
          attentionPart("reshape", "titan-xp-reshape-ratio"),
          attentionPart("queryKey", "titan-xp-query-key-ratio"),
          attentionPart("softmax", "titan-xp-softmax-ratio"),
          attentionPart("probabilityValue", "titan-xp-probability-value-ratio"),
          weights("titan-xp"),
        ],
        outsideWatts: 250,
        impliedWatts: value("titan-xp-implied-watts"),
      },
      sources: {
        roofs: "vendor's figures as restated in reviews of April 2017 (Techgage): 12.0 TFLOPS, 547.7 GB/s",
        outsideWatts: "the same reviews: 250 W for the board under full load, so an upper end",
        secondsPerCall: DESKTOP_CALL,
        callCounts: CALLS,
      },
      timeAnchors: [
        ...["titan-xp-attention-seconds", "titan-xp-reshape-ratio", "titan-xp-softmax-ratio"],
        ...["titan-xp-query-key-ratio", "titan-xp-probability-value-ratio"],
      ],
      weightAnchors: ["titan-xp-fully-connected-seconds"],
      powerAnchor: "titan-xp-implied-watts",
    },
    {
      id: "xeon-e5-2640v4",
      title: "Intel Xeon E5-2640 v4",
      source: PAPER,
      parameters: {
        ...common,
        clockGigahertz: 2.4,
        peakGigaoperationsPerSecond: 768,
        bandwidthGigabytesPerSecond: 68.3,
        secondsPerCall: 10e-6,
        calibrations: [whole("xeon-e5-2640v4", 32), weights("xeon-e5-2640v4")],
        outsideWatts: 90,
        impliedWatts: value("xeon-e5-2640v4-implied-watts"),
      },
      sources: {
        roofs:
          "10 cores × 2.4 GHz × 2 fused multiply-adds of 8 floats; 4 channels of DDR4-2133, as the vendor's page is remembered",
        outsideWatts: "thermal design power, 90 W (technical.city, Xeon E5-2640 v4), so an upper end",
        secondsPerCall: DESKTOP_CALL,
        callCounts: CALLS,
      },
      timeAnchors: ["xeon-e5-2640v4-attention-seconds"],
      weightAnchors: ["xeon-e5-2640v4-fully-connected-seconds"],
      powerAnchor: "xeon-e5-2640v4-implied-watts",
    },
    {
      id: "jetson-nano",
      title: "NVIDIA Jetson Nano",
      source: PAPER,
      parameters: {
        ...common,
        clockGigahertz: 0.9216,
        peakGigaoperationsPerSecond: 235.9,
        bandwidthGigabytesPerSecond: 25.6,
        secondsPerCall: 50e-6,
        calibrations: [whole("jetson-nano", 32), weights("jetson-nano")],
        outsideWatts: 10,
        impliedWatts: value("jetson-nano-implied-watts"),
      },
      sources: {
        roofs: "remembered: 128 cores × 921.6 MHz × a fused multiply-add in floats; LPDDR4 of 25.6 GB/s",
        outsideWatts: "remembered: the module's 10 W mode, so an upper end",
        secondsPerCall: SMALL_CALL,
        callCounts: CALLS,
      },
      timeAnchors: ["jetson-nano-attention-seconds"],
      weightAnchors: ["jetson-nano-fully-connected-seconds"],
      powerAnchor: "jetson-nano-implied-watts",
    },
    {
      id: "raspberry-pi-4",
      title: "Raspberry Pi 4",
      source: `${PAPER}; the paper says 4 cores A53, a Pi 4 has A72`,
      parameters: {
        ...common,
        clockGigahertz: 1.5,
        peakGigaoperationsPerSecond: 48,
        bandwidthGigabytesPerSecond: 12.8,
        secondsPerCall: 50e-6,
        calibrations: [whole("raspberry-pi-4", 30)],
        outsideWatts: 5,
        impliedWatts: value("raspberry-pi-4-implied-watts"),
      },
      sources: {
        roofs:
          "remembered: 4 cores × 1.5 GHz × a fused multiply-add of 4 floats; 32 bits of LPDDR4-3200 (12.8 GB/s)",
        outsideWatts: "about 5 W with all four cores busy (practical-tips.com), idle power included",
        secondsPerCall: SMALL_CALL,
        callCounts: CALLS,
        calibrations:
          "assumed: the 30 tokens follow a prompt of 992, as in the paper's other runs; no fully connected layer is published",
      },
      timeAnchors: ["raspberry-pi-4-attention-seconds"],
      weightAnchors: [],
      powerAnchor: "raspberry-pi-4-implied-watts",
    },
  ];
}
