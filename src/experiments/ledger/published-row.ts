/** A line of a panel: one value published, one ours. */
export interface PlotPlace {
  readonly panel: string;
  readonly label: string;
}

/** A number that a publication prints, under the name of its row. Data alone: nothing is computed from it but a deviation. */
export interface PublishedRow {
  readonly id: string;
  /** Publication, and table, figure or section. */
  readonly source: string;
  readonly quantity: string;
  readonly published: number;
  /** `×` for a ratio of two machines or settings, `%`, or a unit. */
  readonly unit: string;
  /** Step in which the number was printed, where that is coarse: within half of it, ours is equal. */
  readonly roundedTo?: number;
  /** Anchor that this very number is; a row that rests on it predicts nothing. */
  readonly anchor?: string;
  /** Where the picture of its experiment shows it; by default among the rows of its subject and unit. */
  readonly plot?: PlotPlace;
  /** True where the number was computed from printed ones. */
  readonly derived?: true;
}
