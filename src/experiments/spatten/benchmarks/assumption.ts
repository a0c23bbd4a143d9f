import { SpattenError } from "../../../base/errors.ts";
import { lookUp } from "../../../base/registry.ts";

/** A figure that a benchmark's workload is made from, and how far it may be off. */
export interface Assumption {
  readonly id: string;
  readonly value: number;
  /** Plausible ends, at which a row is computed again; both the value itself where the paper states it. */
  readonly low: number;
  readonly high: number;
  /** What the figure can be at all. */
  readonly least: number;
  readonly most: number;
  readonly isWhole?: true;
  /**
   * `published`: stated in the paper for these runs; `derived`: from published averages; `remembered`: of another
   * publication and not read again; `assumed`: this project's choice.
   */
  readonly howSure: "published" | "derived" | "remembered" | "assumed";
  readonly note: string;
  /** Published figures that the value is made from; none if absent. */
  readonly anchors?: readonly string[];
}

/** Assumptions by name, with a user's values in place. */
export type AssumedValues = Readonly<Record<string, number>>;

/**
 * The values of a row's assumptions, those that are given replaced.
 * @throws SpattenError `config` for a name that the row does not have (with the nearest), or a value out of range.
 */
export function assumedValues(assumptions: readonly Assumption[], given: AssumedValues = {}): AssumedValues {
  for (const [id, value] of Object.entries(given)) {
    const { least, most, isWhole } = lookUp(assumptions, id, "assumption");
    if (value >= least && value <= most && (isWhole !== true || Number.isInteger(value))) continue;
    throw new SpattenError("config", "an assumption is out of range", {
      where: id,
      got: String(value),
      expected: `a ${isWhole === true ? "whole " : ""}number from ${least} to ${most}`,
    });
  }
  return { ...Object.fromEntries(assumptions.map(({ id, value }) => [id, value])), ...given };
}

/** Of values for several benchmarks those that one has an assumption for; undefined for none. */
export function ownValues(
  assumptions: readonly Assumption[],
  given: AssumedValues = {},
): AssumedValues | undefined {
  const own = Object.entries(given).filter(([name]) => assumptions.some(({ id }) => id === name));
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

/** One line of a header: what was taken, and on what grounds. */
export function assumptionLine({ id, value, low, high, howSure, note }: Assumption, taken: number): string {
  if (taken !== value) return `${id} ${short(taken)}: given by the user instead of ${short(value)}`;
  const range = low === high ? "" : ` (${short(low)} to ${short(high)})`;
  return `${id} ${short(value)}${range}, ${howSure}: ${note}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
