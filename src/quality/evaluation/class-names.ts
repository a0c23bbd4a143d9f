import { SpattenError } from "../../base/errors.ts";
import { hintForName } from "../../base/nearest.ts";
import { describeValue } from "../../base/schema.ts";

/** A row's class by the model's name for it: the label itself, or the label as a number in the model's order. @throws SpattenError `input`. */
export function classOf(
  { label, where }: { readonly label: string; readonly where: string },
  modelLabels: readonly string[],
): string {
  if (modelLabels.includes(label)) return label;
  const byNumber = /^\d{1,6}$/.test(label) ? modelLabels[Number(label)] : undefined;
  if (byNumber !== undefined) return byNumber;
  throw new SpattenError("input", "the model has no such class", {
    where: `${where} at label`,
    got: describeValue(label),
    expected: `a class of the model, or its number below ${modelLabels.length}`,
    hint: hintForName(label, modelLabels),
  });
}
