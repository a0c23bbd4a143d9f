import type { Random } from "../../../base/random.ts";

/** Scores of one query as a top-k engine sees them, whole numbers of the data path's width, by named distribution. */
export const scoreDraws = {
  uniform: (count: number, bits: number, random: Random): Float64Array => {
    const levels = 2 ** bits;
    return Float64Array.from({ length: count }, () => random.integer(levels));
  },
  "softmax-of-normal": (count: number, bits: number, random: Random): Float64Array => {
    const weights = Float64Array.from({ length: count }, () => Math.exp(standardNormal(random)));
    const scale = (2 ** bits - 1) / weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => Math.round(weight * scale));
  },
} as const;

/** Box and Muller 1958. */
function standardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
