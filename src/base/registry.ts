import { SpattenError } from "./errors.ts";
import { hintForName } from "./nearest.ts";
import { describeValue } from "./schema.ts";

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

/**
 * The registry with more rows. A row needs an `id` and what `members` names (texts, and one function last); a name that
 * is taken is refused. @throws SpattenError `config`.
 */
export function extendRegistry<Row extends { readonly id: string }>(
  registry: Registry<Row>,
  added: readonly Row[] | undefined,
  what: string,
  members: readonly (keyof Row & string)[] = [],
): Registry<Row> {
  if (added === undefined || added.length === 0) return registry;
  const taken = new Set(registry.map((row) => row.id));
  for (const row of added) {
    requireMembers(row, what, members);
    if (taken.has(row.id)) {
      throw new SpattenError("config", `${what} "${row.id}" is registered twice`, {
        hint: "choose another id",
      });
    }
    taken.add(row.id);
  }
  return [...registry, ...added];
}

/** Rows come from plug-ins, which no compiler has seen. */
function requireMembers(row: unknown, what: string, members: readonly string[]): void {
  const isObject = row !== null && typeof row === "object";
  const lacks = ["id", ...members].find((name, index) => {
    const value = isObject ? (row as Record<string, unknown>)[name] : undefined;
    const isFunction = index > 0 && index === members.length;
    return isFunction ? typeof value !== "function" : typeof value !== "string" || value === "";
  });
  if (lacks === undefined) return;
  throw new SpattenError("config", `a ${what} of a plug-in lacks "${lacks}"`, {
    got: isObject ? `keys ${Object.keys(row).join(", ") || "none"}` : describeValue(row),
    expected: ["id", ...members].join(", "),
  });
}
