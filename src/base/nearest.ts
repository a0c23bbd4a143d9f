/** Number of single-character edits between two words (Levenshtein). */
export function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}

/** The known name closest to a wrong one, or undefined where nothing is close enough to be meant. */
export function nearestName(wrong: string, known: readonly string[]): string | undefined {
  if (wrong.length > 100) return undefined;
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  const limit = Math.max(2, Math.floor(wrong.length * 0.4));
  return best !== undefined && best.distance <= limit ? best.name : undefined;
}

/** A hint for a wrong name: the nearest one, or the first few that exist. */
export function hintForName(wrong: string, known: readonly string[]): string {
  const nearest = nearestName(wrong, known);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  const shown = known.slice(0, 8).join(", ");
  return known.length > 8 ? `known: ${shown}, …` : `known: ${shown}`;
}
