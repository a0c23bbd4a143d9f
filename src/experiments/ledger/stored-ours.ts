import type { Registry } from "../../base/registry.ts";
import type { Ours } from "./ours.ts";
import { remeasureCommand, type StoredNeed } from "./remeasurement.ts";
import { provenanceOf, type StoredResult } from "./stored-result.ts";

/** Ours of a row from a value of a stored result; where that is not stored, what would make it. */
export function storedOurs(
  stored: Registry<StoredResult>,
  { id, needs }: StoredNeed,
  valueName: string,
  note: string,
): Ours {
  const result = stored.find((row) => row.id === id);
  const value = result?.values[valueName];
  if (result === undefined || value === undefined) {
    return { kind: "needs-data", needs: `${needs}; then ${remeasureCommand(id)}` };
  }
  return { kind: "stored", value, on: result.on, provenance: provenanceOf(result), note };
}
