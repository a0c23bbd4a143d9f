import { SpattenError } from "../../../base/errors.ts";
import { lookUp, type Registry } from "../../../base/registry.ts";
import type { PruningMethod } from "../../../pruning/methods/method.ts";
import { pruningMethods } from "../../../pruning/methods/registry.ts";
import type { PruningPlan } from "../../../pruning/plan.ts";
import { keepCountAtLayer } from "../../../pruning/schedule.ts";
import type { EncoderShape } from "../../models/encoder-model.ts";
import { loweredMethods } from "./lower-cascade.ts";

/** Whether a graph can score by this method; one of a plug-in has no operators, whatever its name. */
export function isLoweredMethod(method: PruningMethod): boolean {
  return loweredMethods[method.id] !== undefined && pruningMethods.includes(method);
}

/** Refuses a plan with a step that graphs do not have. @throws SpattenError `missing-engine`, `config`. */
export function requireLowering(
  plan: PruningPlan,
  shape: EncoderShape,
  methods: Registry<PruningMethod>,
): void {
  const method = lookUp(methods, plan.tokens?.method ?? "spatten", "pruning method");
  if (plan.tokens !== undefined && !isLoweredMethod(method)) {
    throw notLowered(
      plan,
      `tokens.method`,
      `method "${method.id}"`,
      Object.keys(loweredMethods).join(" or "),
    );
  }
  if (dropsHeads(plan, shape)) {
    throw notLowered(plan, "heads", "heads chosen while the model runs", "fixedHeads, or no heads");
  }
  if (plan.values !== undefined && plan.values.keepRatio < 1) {
    throw notLowered(plan, "values", "local value pruning", "no values");
  }
  if (plan.quantization?.kind === "progressive") {
    throw notLowered(plan, "quantization", "progressive quantization", "static, or none");
  }
}

function dropsHeads({ heads }: PruningPlan, { layerCount, headCount }: EncoderShape): boolean {
  if (heads === undefined) return false;
  return Array.from({ length: layerCount }).some((_, layer) => {
    const context = { layer, layerCount, originalCount: headCount, currentCount: headCount };
    return keepCountAtLayer(heads, context) < headCount;
  });
}

function notLowered(plan: PruningPlan, field: string, got: string, expected: string): SpattenError {
  return new SpattenError("missing-engine", "this plan has a step that the onnx engines lack", {
    where: `plan ${plan.name} at ${field}`,
    got,
    expected,
    hint: "the reference engine runs every plan",
  });
}
