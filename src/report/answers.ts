import { formatPercent } from "./format.ts";
import type { PredictionDocument } from "./run-document.ts";

/** An answer in words: what is said, and how sure the model is where it says so. */
export interface AnswerText {
  readonly said: string;
  readonly detail: string;
}

/** The dense and the pruned answer of a run, and whether they say the same. */
export interface AnswerPair {
  readonly dense: AnswerText;
  readonly pruned: AnswerText;
  readonly isSame: boolean;
}

/** Both answers of a run in words. */
export function answersOf(dense: PredictionDocument, pruned: PredictionDocument): AnswerPair {
  if (dense.kind === "embedding" && pruned.kind === "embedding") {
    const cosine = dense.vector.reduce((sum, value, place) => sum + value * (pruned.vector[place] ?? 0), 0);
    const unit = `unit vector of ${dense.vector.length}`;
    return {
      dense: { said: unit, detail: "" },
      pruned: { said: unit, detail: `cosine to dense ${cosine.toFixed(4)}` },
      // A vector is never quite the same, and never another answer: the cosine says how far it moved.
      isSame: true,
    };
  }
  const [first, second] = [answerText(dense), answerText(pruned)];
  return { dense: first, pruned: second, isSame: first.said === second.said };
}

function answerText(prediction: PredictionDocument): AnswerText {
  switch (prediction.kind) {
    case "classification":
      return { said: prediction.label, detail: formatPercent(prediction.probability) };
    case "regression":
      return { said: prediction.value.toFixed(3), detail: "" };
    case "embedding":
      return { said: `unit vector of ${prediction.vector.length}`, detail: "" };
    case "span":
      return {
        said: prediction.answer === "" ? "(no answer)" : prediction.answer,
        detail: prediction.answer === "" ? "" : `score ${prediction.score.toFixed(2)}`,
      };
    case "mask":
      return {
        said: prediction.fills.map(({ candidates }) => candidates[0]?.piece ?? "").join(", ") || "(no mask)",
        detail: prediction.fills
          .map(({ candidates }) => formatPercent(candidates[0]?.probability ?? 0))
          .join(", "),
      };
  }
}
