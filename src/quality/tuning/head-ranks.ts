import type { Checkpoint } from "../../base/checkpoint.ts";
import type { EncoderShape } from "../../inference/models/encoder-model.ts";
import type { RunInputs } from "../evaluation/input-runner.ts";
import type { PlannedInput } from "../evaluation/outcome.ts";
import { denseSetting } from "../evaluation/row-runner.ts";

/**
 * The heads of each layer, the most important first: by Σ|E| (SpAtten, section III-B) of dense runs, as a part of its
 * layer, on average over the inputs. (layers, heads); of equal ones the lower id first.
 */
export async function rankHeads(
  { layerCount, headCount }: EncoderShape,
  inputs: readonly PlannedInput[],
  runInputs: RunInputs,
  checkpoint: Checkpoint,
): Promise<number[][]> {
  const sums = Array.from({ length: layerCount }, () => new Array<number>(headCount).fill(0));
  for (const input of inputs) {
    const [run] = await runInputs([input.make()], denseSetting);
    for (const { layer, headImportance } of run!.layers) {
      const whole = headImportance.reduce((sum, importance) => sum + importance, 0);
      headImportance.forEach((importance, head) => {
        sums[layer]![head]! += importance / whole;
      });
    }
    await checkpoint();
  }
  return sums.map((ofLayer) =>
    ofLayer.map((_, head) => head).sort((left, right) => ofLayer[right]! - ofLayer[left]! || left - right),
  );
}
