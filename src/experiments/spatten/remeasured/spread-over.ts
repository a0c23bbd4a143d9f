/** `count` of the rows, as far as there are so many, evenly over all of them: a text may be several books. */
export function spreadOver<Row>(rows: readonly Row[], count: number): readonly Row[] {
  const step = Math.max(1, Math.floor(rows.length / count));
  return rows.filter((_, index) => index % step === 0).slice(0, count);
}
