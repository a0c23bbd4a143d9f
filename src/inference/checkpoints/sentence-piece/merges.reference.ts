/** Joins the adjacent pair of the highest score, the first of equal ones, until no pair is a piece (SentencePiece, BPE). */
export function joinByScore(text: string, scores: ReadonlyMap<string, number>): string[] {
  const symbols = [...text];
  for (;;) {
    let best = -1;
    for (let index = 0; index + 1 < symbols.length; index++) {
      const score = scores.get(symbols[index]! + symbols[index + 1]!);
      const bestScore =
        best < 0 ? Number.NEGATIVE_INFINITY : scores.get(symbols[best]! + symbols[best + 1]!)!;
      if (score !== undefined && score > bestScore) best = index;
    }
    if (best < 0) return symbols;
    symbols.splice(best, 2, symbols[best]! + symbols[best + 1]!);
  }
}
