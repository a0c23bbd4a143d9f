import type { RestOptions } from "../../spatten/rest-options.ts";
import type { NeededFile, ValidationContext } from "../oracle.ts";

/** A published figure beside ours: shown as it comes out, never judged and never fitted. */
export interface ShownRow {
  readonly quantity: string;
  /** Absent where the paper prints none. */
  readonly published?: string;
  readonly ours: string;
  readonly deviation?: string;
  /** The likely reason of the deviation, or what the row means. */
  readonly reason: string;
}

/** A table of figures that no oracle judges. */
export interface ShownTable {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly needs: readonly NeededFile[];
  /** @throws SpattenError where a file is not what it should be, or `aborted`. */
  readonly rows: (context: ValidationContext, rests: RestOptions) => Promise<readonly ShownRow[]>;
}

/** Ours against a published figure: `-21.0 %`. */
export function deviationOf(ours: number, published: number): string {
  const percent = (ours / published - 1) * 100;
  return `${percent < 0 ? "-" : "+"}${Math.abs(percent).toFixed(1)} %`;
}
