import { mean } from "../../base/statistics.ts";
import type { LoadedDecoder } from "../../inference/decoder.ts";
import type { CacheTraffic } from "../../inference/decoding/cache-traffic.ts";
import { recordDecoderWorkload } from "../../inference/decoding/decoder-recorder.ts";
import type { Sequence } from "../../inference/decoding/sequence.ts";
import type { DecoderShape } from "../../inference/models/decoder-model.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";

/** Leaves of the newest decisions the counts alone: which rows stayed takes memory that grows with the square of a text. */
export function slimNewest({ decisions }: Sequence): void {
  const newest = decisions?.pop();
  if (newest === undefined) return;
  const longest = Math.max(
    ...newest.layers.flatMap(({ heads }) => heads.map((head) => head.keyPositions.length)),
  );
  const places = new Int32Array(longest);
  const layers = newest.layers.map((layer) => ({
    ...layer,
    keyImportance: [],
    heads: layer.heads.map((head) => ({
      ...head,
      keyPositions: places.subarray(0, head.keyPositions.length),
      maximumProbability: [],
    })),
  }));
  decisions!.push({ ...newest, layers });
}

/** The attention work of the iterations behind the prompt. */
export function workloadBehindPrompt(
  { name, layout }: Pick<LoadedDecoder, "name" | "layout">,
  { plan, policy, decisions }: Sequence,
): AttentionWorkload {
  return recordDecoderWorkload({ name, shape: layout.shape, plan, policy, countsOnly: true }, decisions!);
}

/** Parts of the rows and heads of a dense run that the iterations behind the prompt worked on. */
export function decoderParts(
  { decisions }: Sequence,
  { layerCount, headCount, keyValueHeadCount }: DecoderShape,
  { fetchedRows }: CacheTraffic,
): { readonly tokenKeepRatio: number; readonly headKeepRatio: number } {
  const behind = decisions!.slice(1);
  const denseRows = behind.reduce((sum, { firstPosition, ids }) => sum + firstPosition + ids.length, 0);
  const headParts = behind.flatMap(({ layers }) => layers.map(({ heads }) => heads.length / headCount));
  return {
    tokenKeepRatio: fetchedRows / (denseRows * layerCount * keyValueHeadCount),
    headKeepRatio: mean(headParts),
  };
}
