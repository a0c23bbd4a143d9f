/** What is known of a candidate after some rows. */
export interface Judgement {
  /** Dense − pruned, in points of 100: what pruning cost in quality on these rows. */
  readonly lossPoints: number;
  /** The least loss that these rows leave plausible: the near end of a paired interval. */
  readonly leastLossPoints: number;
  /** The loss with a margin for what other rows would say: what has to lie within the floor. */
  readonly assuredLossPoints: number;
  /** Pruned cost / dense cost. */
  readonly costRatio: number;
}

/** Whether the loss may lie within the floor: what clearly does not is not looked at again. */
export function isPlausible({ leastLossPoints }: Judgement, floorPoints: number): boolean {
  return leastLossPoints <= floorPoints + ROUNDING;
}

/** Whether the loss lies within the floor, its margin included. */
export function isWithin({ assuredLossPoints }: Judgement, floorPoints: number): boolean {
  return assuredLossPoints <= floorPoints + ROUNDING;
}

/** Points are differences of quotients: a floor that is met exactly must not be missed by their last bit. */
const ROUNDING = 1e-9;

/** Whether the left one costs no more and loses no more, and one of both less. */
export function dominates(left: Judgement, right: Judgement): boolean {
  return (
    left.costRatio <= right.costRatio &&
    left.lossPoints <= right.lossPoints &&
    (left.costRatio < right.costRatio || left.lossPoints < right.lossPoints)
  );
}

/** Those that no other one dominates, cheapest first; of equal ones the first. */
export function paretoFront<Item extends { readonly judgement: Judgement }>(items: readonly Item[]): Item[] {
  const sorted = [...items].sort(
    ({ judgement: left }, { judgement: right }) =>
      left.costRatio - right.costRatio || left.lossPoints - right.lossPoints,
  );
  let least = Number.POSITIVE_INFINITY;
  return sorted.filter(({ judgement }) => {
    if (judgement.lossPoints >= least) return false;
    least = judgement.lossPoints;
    return true;
  });
}
