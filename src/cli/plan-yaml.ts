import { Document, isScalar, isSeq, visit } from "yaml";
import type { PruningPlan } from "../pruning/plan.ts";

/** A plan as the YAML that `--plan` reads, each list of numbers on one line. */
export function planYaml(plan: PruningPlan): string {
  const document = new Document(plan);
  visit(document, {
    Seq: (_key, node) => {
      const isNumbers = (items: readonly unknown[]) =>
        items.every((item) => isScalar(item) && typeof item.value === "number");
      if (isNumbers(node.items)) node.flow = true;
      else if (node.items.every((item) => isSeq(item) && isNumbers(item.items))) node.flow = true;
    },
  });
  return document.toString({ flowCollectionPadding: false });
}
