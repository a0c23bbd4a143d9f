import { SpattenError } from "./errors.ts";
import { hintForName } from "./nearest.ts";

/** A plain list of named things, passed in as a value; a user's own rows are added by `extendRegistry`. */
export type Registry<Row extends { readonly id: string }> = readonly Row[];

/** The row of that name. @throws SpattenError `config` with the nearest name. */
export function lookUp<Row extends { readonly id: string }>(
  registry: Registry<Row>,
  id: string,
  what: string,
): Row {
  const row = registry.find((candidate) => candidate.id === id);
  if (row !== undefined) return row;
  const known = registry.map((candidate) => candidate.id);
  throw new SpattenError("config", `unknown ${what} "${id}"`, { hint: hintForName(id, known) });
}

/** The registry with more rows; a row whose name is taken is refused. @throws SpattenError `config`. */
export function extendRegistry<Row extends { readonly id: string }>(
  registry: Registry<Row>,
  added: readonly Row[] | undefined,
  what: string,
): Registry<Row> {
  if (added === undefined || added.length === 0) return registry;
  const taken = new Set(registry.map((row) => row.id));
  for (const row of added) {
    if (taken.has(row.id)) {
      throw new SpattenError("config", `${what} "${row.id}" is registered twice`, {
        hint: "choose another id",
      });
    }
    taken.add(row.id);
  }
  return [...registry, ...added];
}
