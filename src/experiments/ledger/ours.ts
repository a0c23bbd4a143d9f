/** The row computed again with one choice made otherwise. */
export interface Alternative {
  readonly when: string;
  readonly value: number;
  /** Ids of the anchors behind it, where they are more than those behind the row. */
  readonly hingesOn?: readonly string[];
}

/** What this project has for a published row. */
export type Ours =
  | {
      readonly kind: "computed";
      readonly value: number;
      /** Machine, workload and whatever else the value was computed on, in one line. */
      readonly on: string;
      /** Ids of the anchors behind it. */
      readonly hingesOn: readonly string[];
      /** True where the number was put into the model rather than found. */
      readonly isInput?: true;
      readonly note?: string;
      readonly alternatives?: readonly Alternative[];
    }
  | {
      /** Found by a longer run on models or on a processor, and stored with its provenance. */
      readonly kind: "stored";
      readonly value: number;
      readonly on: string;
      /** Id of the stored result, and what made it when. */
      readonly provenance: string;
      readonly note?: string;
    }
  | {
      /** Nothing was stored: what would have to be there. */
      readonly kind: "needs-data";
      readonly needs: string;
    }
  | {
      readonly kind: "not-reproducible";
      /** What only the authors have. */
      readonly why: string;
    };

/** Ours by the id of the row. */
export type OursById = Readonly<Record<string, Ours>>;
