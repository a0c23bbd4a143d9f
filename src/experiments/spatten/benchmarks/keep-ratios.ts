import { SpattenError } from "../../../base/errors.ts";
import { roundCount } from "../../../pruning/rounding.ts";
import { keepRatioAtLayer } from "../../../pruning/schedule.ts";

/** A mean over all layers, and how it lies over them. */
export interface KeepRequest {
  readonly layerCount: number;
  /** Mean over all layers, the unpruned ones included. */
  readonly meanKeepRatio: number;
  readonly unprunedLayersRatio: number;
  /** The ends keep (1 ± spread) times the mean of the pruned layers, as far as no layer keeps more than there is. */
  readonly spread: number;
  /** The assumption that asks for the mean, for an error. */
  readonly where: string;
}

/**
 * The part that each layer works on, so that the mean over all layers is the one asked for (SpAtten, section III: a line
 * about the mean, behind layers that are left whole). @throws SpattenError `config` where the whole layers exceed the mean.
 */
export function keepRatios(request: KeepRequest): number[] {
  const { layerCount, meanKeepRatio, unprunedLayersRatio, spread, where } = request;
  const whole = roundCount(unprunedLayersRatio * layerCount, "round");
  if (meanKeepRatio === 1 || whole === layerCount) return new Array<number>(layerCount).fill(1);
  const averageKeepRatio = (meanKeepRatio * layerCount - whole) / (layerCount - whole);
  if (averageKeepRatio <= 0) {
    throw new SpattenError("config", "the layers that are left whole exceed what may stay on average", {
      where,
      got: `${whole} of ${layerCount} layers whole`,
      expected: `a mean of more than ${(whole / layerCount).toPrecision(3)}`,
    });
  }
  const startKeepRatio = Math.min(1, averageKeepRatio * (1 + spread));
  const schedule = {
    kind: "linear" as const,
    averageKeepRatio,
    startKeepRatio,
    unprunedLayersRatio,
    unprunedLayersRounding: "round" as const,
  };
  return Array.from({ length: layerCount }, (_, layer) => keepRatioAtLayer(schedule, layer, layerCount));
}
