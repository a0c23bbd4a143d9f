const ARTICLES = /\b(a|an|the)\b/gu;
/** The punctuation of ASCII, as Python's `string.punctuation` lists it. */
const PUNCTUATION = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/gu;

/** An answer as SQuAD compares it: lower case, without punctuation, articles and doubled spaces (Rajpurkar et al. 2016). */
export function normalizedAnswer(answer: string): string {
  const words = answer.toLowerCase().replace(PUNCTUATION, "").replace(ARTICLES, " ");
  return words.split(/\s+/u).filter(Boolean).join(" ");
}

/** 1 where the answer equals one of the right ones after normalization, else 0; no right one means that none is to be given. */
export function exactMatch(answer: string, rightAnswers: readonly string[]): number {
  const said = normalizedAnswer(answer);
  return orNone(rightAnswers).some((right) => normalizedAnswer(right) === said) ? 1 : 0;
}

/** Largest F1 over the words shared with one of the right answers; without words on one side it is the exact match. */
export function answerF1(answer: string, rightAnswers: readonly string[]): number {
  return Math.max(...orNone(rightAnswers).map((right) => wordF1(answer, right)));
}

function orNone(rightAnswers: readonly string[]): readonly string[] {
  return rightAnswers.length === 0 ? [""] : rightAnswers;
}

function wordF1(answer: string, right: string): number {
  const [said, wanted] = [wordsOf(answer), wordsOf(right)];
  if (said.length === 0 || wanted.length === 0) return said.length === wanted.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let sharedCount = 0;
  for (const word of said) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    sharedCount++;
  }
  return (2 * sharedCount) / (said.length + wanted.length);
}

function wordsOf(answer: string): string[] {
  const normalized = normalizedAnswer(answer);
  return normalized === "" ? [] : normalized.split(" ");
}
