import { finishWithRests, neverRest } from "../../../base/checkpoint.ts";
import { lookUp } from "../../../base/registry.ts";
import { spattenPresets } from "../../../machines/spatten/presets.ts";
import type { AttentionWorkload } from "../../../workload/attention-workload.ts";
import { bertBaseDense } from "../../spatten/bert-dense.ts";
import { figure18Points } from "../../spatten/published/figure-18.ts";
import { rooflinePoint } from "../../spatten/roofline.ts";
import { officialNeeds, readOfficial } from "../official-workloads.ts";
import { folderOf, type ValidationContext } from "../oracle.ts";
import { deviationOf, type ShownRow, type ShownTable } from "./shown-table.ts";

interface Point {
  readonly name: string;
  readonly published: keyof typeof figure18Points;
  readonly workload: (context: ValidationContext) => AttentionWorkload;
  readonly intensityReason: string;
  readonly throughputReason: string;
}

const BERT_TOKENS = 128;

const points: readonly Point[] = [
  {
    name: `BERT-Base dense, ${BERT_TOKENS} tokens`,
    published: "bert",
    workload: () => bertBaseDense(BERT_TOKENS),
    intensityReason: "the paper's point is over its BERT tasks, whose lengths it does not print",
    throughputReason:
      "nothing is pruned here, so the multipliers never wait; the paper's tasks are pruned, and fill and drain weigh more",
  },
  {
    name: "GPT-2-Small, per8",
    published: "gpt2",
    workload: (context) => readOfficial(folderOf(context, "workloads"), "per8"),
    intensityReason: "one application beside the paper's average of eight",
    throughputReason:
      "one application beside an average; ours waits for DRAM rows, the top-k and the barrier between layers (see the bridge), and how the paper counts operations is unknown",
  },
];

/** Fig 18: how busy the machine is against its two roofs. */
export const rooflineTable: ShownTable = {
  id: "roofline",
  title: "roofline points on spatten, cycle",
  source: "SpAtten (HPCA 2021), Fig 18",
  needs: officialNeeds("per8"),
  rows: async (context, { checkpoint = neverRest, onProgress }) => {
    const { parameters } = lookUp(spattenPresets, "spatten", "machine preset");
    const rows: ShownRow[] = [];
    for (const { name, published, workload, intensityReason, throughputReason } of points) {
      const steps = rooflinePoint(parameters, workload(context));
      const ours = await finishWithRests(steps, checkpoint, onProgress);
      const theirs = figure18Points[published].spatten;
      rows.push(
        {
          quantity: `${name}: operations a byte`,
          published: String(theirs.operationsPerByte),
          ours: ours.operationsPerByte.toFixed(2),
          deviation: deviationOf(ours.operationsPerByte, theirs.operationsPerByte),
          reason: intensityReason,
        },
        {
          quantity: `${name}: TFLOPS`,
          published: String(theirs.teraoperationsPerSecond),
          ours: ours.teraOperationsPerSecond.toFixed(3),
          deviation: deviationOf(ours.teraOperationsPerSecond, theirs.teraoperationsPerSecond),
          reason: throughputReason,
        },
      );
    }
    return rows;
  },
};
