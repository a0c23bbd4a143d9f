import type { Steps } from "../../base/checkpoint.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type { Sidecar } from "../../workload/tensor-sidecar.ts";
import type { FunctionReport } from "../function-report.ts";
import { computeRival } from "../rivals/compute.ts";
import { lazySoftmaxQuery } from "./lazy-softmax.ts";
import type { MnnfastParameters } from "./parameters.ts";

/**
 * What MNNFast computes with the tensors beside a workload, against attention in floats over all keys of each job.
 * @throws SpattenError `workload` for a tensor that is missing, more keys than fit or heads that are too wide, `input`
 *   where exponentials leave 32-bit floats.
 */
export function computeMnnfast(
  parameters: MnnfastParameters,
  workload: AttentionWorkload,
  tensors: Sidecar,
  iteration?: number,
): Steps<FunctionReport> {
  return computeRival({
    title: "MNNFast",
    parameters,
    workload,
    tensors,
    iteration,
    loadHead: (floats, dimension) => (query) => {
      const found = lazySoftmaxQuery(parameters, floats, dimension, query);
      return {
        ...found,
        candidateCount: floats.key.length / dimension,
        valueAt: (place) => floats.value[place]!,
      };
    },
    assumptions: () => [
      "computed in 64-bit floats whatever the width in DRAM; no maximum is subtracted, and exponentials beyond 32-bit floats are refused",
      "skipped rows are part of the sum: what is kept is not scaled up",
      "error bound: the probabilities of the skipped rows × the largest |V|",
    ],
  });
}
