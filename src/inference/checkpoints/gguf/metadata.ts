import { SpattenError } from "../../../base/errors.ts";
import { describeValue } from "../../../base/schema.ts";
import type { MetadataValue } from "./metadata-values.ts";

interface Kinds {
  readonly text: string;
  readonly flag: boolean;
  readonly number: number;
  readonly count: number;
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

const isFiniteNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isListOf = (value: unknown, isElement: (element: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isElement);

const KINDS: Readonly<Record<keyof Kinds, readonly [expected: string, is: (value: unknown) => boolean]>> = {
  text: ["a text", (value) => typeof value === "string"],
  flag: ["true or false", (value) => typeof value === "boolean"],
  number: ["a finite number", isFiniteNumber],
  count: ["a whole number of at least 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0],
  texts: ["a list of texts", (value) => isListOf(value, (element) => typeof element === "string")],
  numbers: ["a list of finite numbers", (value) => isListOf(value, isFiniteNumber)],
};

/** The metadata of a file, each asked for as what it has to be. */
export interface Metadata {
  readonly where: string;
  has(key: string): boolean;
  /** Undefined where there is no such key. @throws SpattenError `checkpoint` for a value of another kind. */
  optional<Kind extends keyof Kinds>(kind: Kind, key: string): Kinds[Kind] | undefined;
  /** @throws SpattenError `checkpoint`, also where there is no such key. */
  required<Kind extends keyof Kinds>(kind: Kind, key: string): Kinds[Kind];
}

export function metadataOf(values: ReadonlyMap<string, MetadataValue>, where: string): Metadata {
  const check = <Kind extends keyof Kinds>(kind: Kind, key: string): Kinds[Kind] => {
    const value = values.get(key);
    const [expected, is] = KINDS[kind];
    if (is(value)) return value as Kinds[Kind];
    throw new SpattenError("checkpoint", "the metadata do not fit the model", {
      where: `${where} at ${key.slice(0, 100)}`,
      got: describeValue(value),
      expected,
    });
  };
  return {
    where,
    has: (key) => values.has(key),
    optional: (kind, key) => (values.has(key) ? check(kind, key) : undefined),
    required: check,
  };
}
