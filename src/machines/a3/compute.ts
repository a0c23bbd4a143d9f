import type { Steps } from "../../base/checkpoint.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type { Sidecar } from "../../workload/tensor-sidecar.ts";
import type { FunctionReport } from "../function-report.ts";
import { computeRival } from "../rivals/compute.ts";
import { computeA3Query, loadA3Head } from "./fixed-point-attention.ts";
import type { A3Parameters } from "./parameters.ts";

/**
 * What A3 computes with the tensors beside a workload, against attention in floats over all keys of each job.
 * @throws SpattenError `workload` for a tensor that is missing, more keys than fit or heads that are too wide.
 */
export function computeA3(
  parameters: A3Parameters,
  workload: AttentionWorkload,
  tensors: Sidecar,
  iteration?: number,
): Steps<FunctionReport> {
  const { fractionBits, integerBits } = parameters.number;
  const weightStep = 2 ** (-2 * fractionBits);
  const outputStep = 2 ** (-3 * fractionBits);
  let fallbackCount = 0;
  return computeRival({
    title: "A3",
    parameters,
    workload,
    tensors,
    iteration,
    loadHead: (floats, dimension) => {
      const head = loadA3Head(parameters, floats, dimension);
      return (query) => {
        const { candidates, kept, weights, output, isFallback } = computeA3Query(head, query);
        if (isFallback) fallbackCount++;
        return {
          candidateCount: candidates.length,
          kept,
          weights: Float64Array.from(weights, (code) => code * weightStep),
          output: output.map((code) => code * outputStep),
          valueAt: (place) => head.value[place]! * 2 ** -fractionBits,
        };
      };
    },
    assumptions: () => [
      `numbers are a sign, ${integerBits} integer and ${fractionBits} fraction bits (unconfirmed); what lies beyond saturates; every rounding is to the nearest`,
      `exponentials and weights have ${2 * fractionBits} fraction bits and no integer bit: 1 is their largest code`,
      `scores are divided by √D ${parameters.scoreScaling}`,
      "a search with M = n would cost what it saves: it is passed by, and every row is a candidate",
      `a query for which the search finds no row takes all rows: ${fallbackCount} queries`,
      "error bound: the weights' own errors × the largest |V|, the rounding of V, and saturation, from the weights that came out",
    ],
  });
}
