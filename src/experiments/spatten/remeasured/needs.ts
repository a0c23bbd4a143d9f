/** Our stand-in for the paper's GPT-2, and the text that it was neither trained nor selected on. */
export const remeasuredDecoder = {
  name: "gpt2-kjv-shakespeare",
  text: "gpt2-kjv-shakespeare/test.txt",
} as const;

/** Our stand-in for the paper's BERT, and its data set. */
export const remeasuredEncoder = { name: "bert-clinc150", dataset: "clinc150" } as const;

const DECODER_NEEDS = `${remeasuredDecoder.name} (bundled) and its held-out text ${remeasuredDecoder.text}`;

/** Stored results, and what it takes to make them; apart from the runs, which bring models along. */
export const figure7Result = { id: "figure-7", needs: DECODER_NEEDS } as const;
export const tokenCurveResult = { id: "figure-21-tokens", needs: DECODER_NEEDS } as const;
export const headCurveResult = {
  id: "figure-21-heads",
  needs: `${remeasuredEncoder.name} (bundled) and the test split of ${remeasuredEncoder.dataset}`,
} as const;

/** Name of a stored value where all rows of a head share a scale. */
export function sharedScaleName(name: string): string {
  return `shared-scale-${name}`;
}
