/** Place of the right document: one more than the documents with a larger similarity. */
export function rankOf(similarities: ArrayLike<number>, rightDocument: number): number {
  let rank = 1;
  for (let document = 0; document < similarities.length; document++) {
    if (similarities[document]! > similarities[rightDocument]!) rank++;
  }
  return rank;
}

/** 1 / rank up to the given depth, 0 beyond it: its mean over queries is MRR@depth. */
export function reciprocalRank(rank: number, depth: number): number {
  return rank <= depth ? 1 / rank : 0;
}

/** 1 where the right document is among the first `depth`, else 0: its mean over queries is recall@depth. */
export function recallAt(rank: number, depth: number): number {
  return rank <= depth ? 1 : 0;
}
