import type { Checkpoint } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { centroidsOf, type LabelledVector, nearestCentroid } from "../metrics/nearest-centroid.ts";
import { nearestNeighbours } from "../metrics/nearest-neighbours.ts";
import { rankOf, recallAt, reciprocalRank } from "../metrics/retrieval.ts";
import { dotProduct } from "../metrics/unit-vectors.ts";
import { classMetrics, countedMetric, meanMetric } from "./class-metrics.ts";
import { examplesInputs, rowInputs } from "./inputs.ts";
import { labelOf, requireKind, rowAnswers } from "./model-tasks.ts";
import type { Answer } from "./outcome.ts";
import type { QualityTask, TaskData } from "./task.ts";

type Decide = (vector: Float64Array) => string;

/** Classes of embeddings by the train texts, which go through the same plan. */
function neighbourTask(
  about: Pick<QualityTask, "id" | "title">,
  prepare: (support: readonly LabelledVector[]) => Decide,
): QualityTask {
  return {
    ...about,
    fits: (modelTask, rowKind) => modelTask === "embedding" && rowKind === "label",
    needsSupport: true,
    inputs: (data) => [...examplesInputs(data, supportOf(data), "support"), ...rowInputs(data)],
    score: async (data, answerOf, checkpoint) => {
      const support = supportOf(data).map((row, index) => ({
        label: labelOf(row).label,
        vector: vectorOf(answerOf(`support/${index}`)),
      }));
      const decide = prepare(support);
      const decisions: string[] = [];
      for (const { vector } of rowAnswers(data, answerOf, "vector")) {
        decisions.push(decide(Float64Array.from(vector)));
        await rest(checkpoint);
      }
      return {
        decisions,
        metrics: classMetrics(
          decisions,
          data.split.rows.map((row) => labelOf(row).label),
        ),
      };
    },
  };
}

function supportOf({ support }: TaskData) {
  if (support !== undefined) return support.rows;
  throw new SpattenError("missing-data", "neighbours need a train split", {
    hint: "give the folder that holds train and test",
  });
}

/** Numbers of a vector, in double precision: products of many are sums of doubles anyway. */
function vectorOf(answer: Answer): Float64Array {
  return Float64Array.from(requireKind(answer, "vector").vector);
}

async function rest(checkpoint: Checkpoint): Promise<void> {
  const pause = checkpoint();
  if (pause !== undefined) await pause;
}

/** The class whose centroid lies nearest. */
export const nearestCentroidTask: QualityTask = neighbourTask(
  { id: "nearest-centroid", title: "class of the nearest centroid of the train texts" },
  (support) => {
    const centroids = centroidsOf(support);
    return (vector) => nearestCentroid(vector, centroids);
  },
);

/** The class of most of the ten nearest train texts. */
export const nearestNeighboursTask: QualityTask = neighbourTask(
  { id: "nearest-neighbours", title: "class of most of the 10 nearest train texts" },
  (support) => (vector) => nearestNeighbours(vector, support),
);

const [MRR_DEPTH, RECALL_DEPTHS] = [10, [1, 5, 10]] as const;

/** The paragraph of a question among all paragraphs, which go through the same plan. */
export const retrievalTask: QualityTask = {
  id: "retrieval",
  title: "paragraph of a question among all paragraphs",
  fits: (modelTask, rowKind) => modelTask === "embedding" && rowKind === "question",
  needsSupport: false,
  inputs: (data) => [
    ...data.split.documents.map((text, document) => {
      const key = `document/${document}`;
      return { key, make: () => ({ key, where: key, kind: "text" as const, text }) };
    }),
    ...data.split.rows.map((row, index) => {
      const key = `${data.splitName}/${index}`;
      const text = row.kind === "question" ? row.text : "";
      return { key, make: () => ({ key, where: row.where, kind: "text" as const, text }) };
    }),
  ],
  score: async (data, answerOf, checkpoint) => {
    const documents = data.split.documents.map((_, index) => vectorOf(answerOf(`document/${index}`)));
    const ranks: number[] = [];
    const decisions: string[] = [];
    for (const [row, { vector }] of rowAnswers(data, answerOf, "vector").entries()) {
      const similarities = documents.map((document) => dotProduct(vector, document));
      const example = data.split.rows[row]!;
      ranks.push(rankOf(similarities, example.kind === "question" ? example.document : -1));
      decisions.push(String(similarities.indexOf(Math.max(...similarities))));
      await rest(checkpoint);
    }
    return {
      decisions,
      metrics: [
        meanMetric(
          "mrr-10",
          "MRR@10",
          ranks.map((rank) => reciprocalRank(rank, MRR_DEPTH)),
        ),
        ...RECALL_DEPTHS.map((depth) =>
          countedMetric(
            `recall-${depth}`,
            `recall@${depth}`,
            ranks.map((rank) => recallAt(rank, depth)),
          ),
        ),
      ],
    };
  },
};
