import type { OracleResult } from "./run-oracle.ts";
import type { ShownResult } from "./run-shown.ts";

/** Version of the JSON form. */
export const VALIDATION_SCHEMA = "spatten/validation@1";

/** How many oracles ended how. */
export interface ValidationCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Everything that a validation found: oracles that judge, tables that show. */
export interface ValidationDocument {
  readonly schema: typeof VALIDATION_SCHEMA;
  /** True where only some were asked for. */
  readonly isPartial: boolean;
  readonly counts: ValidationCounts;
  readonly oracles: readonly OracleResult[];
  readonly shown: readonly ShownResult[];
}

/** The document of what was run. */
export function validationDocument(
  oracles: readonly OracleResult[],
  shown: readonly ShownResult[],
  isPartial: boolean,
): ValidationDocument {
  const count = (state: OracleResult["state"]): number =>
    oracles.filter((result) => result.state === state).length;
  const counts = { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
  return { schema: VALIDATION_SCHEMA, isPartial, counts, oracles, shown };
}
