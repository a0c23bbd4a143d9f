import * as z from "zod/mini";
import { type ErrorCode, SpattenError } from "./errors.ts";
import { hintForName } from "./nearest.ts";

/** A value as it comes out of a schema, not to be changed. */
export type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/** A schema whose checked values are of a type. */
export type SchemaOf<Output> = z.ZodMiniType<Output>;

/** Where a value came from, for the error message. */
export interface SchemaContext {
  readonly what: string;
  readonly where?: string;
  readonly code?: ErrorCode;
}

/** Whole number of at least `minimum`, exact in a double. */
export function integerAtLeast(minimum: number): z.ZodMiniNumber {
  return z.int().check(z.gte(minimum));
}

/** Finite number above zero. */
export function positiveNumber(): z.ZodMiniNumber {
  return z.number().check(z.gt(0));
}

/** Number in (0, 1]: what stays. */
export function keepRatio(): z.ZodMiniNumber {
  return z.number().check(z.gt(0), z.lte(1));
}

/** Number in [0, 1]. */
export function fraction(): z.ZodMiniNumber {
  return z.number().check(z.gte(0), z.lte(1));
}

/** The value, checked against a strict schema. @throws SpattenError saying field, got, expected, nearest key. */
export function parseWith<Output>(schema: SchemaOf<Output>, value: unknown, context: SchemaContext): Output {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => deepestIssue(issue));
  // A misspelt key explains the missing one beside it.
  const issue = issues.find((candidate) => candidate.code === "unrecognized_keys") ?? issues[0]!;
  const field = issue.path.map(String).join(".");
  const at = [context.where, field].filter((part) => part !== undefined && part !== "").join(" at ");
  const where = at === "" ? {} : { where: at };
  const code = context.code ?? "config";
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const hint = hintForName(key, knownKeysAt(schema, issue.path));
    throw new SpattenError(code, `unknown key "${shorten(key)}" in ${context.what}`, { ...where, hint });
  }
  throw new SpattenError(code, `invalid ${context.what}`, {
    ...where,
    got: describeValue(valueAt(value, issue.path)),
    expected: rangeAt(schema, issue) ?? describeExpectation(issue),
  });
}

/** Both ends of a number's range, where it has both. */
function rangeAt(schema: z.ZodMiniType, issue: Issue): string | undefined {
  if (issue.code !== "too_small" && issue.code !== "too_big") return undefined;
  const checks = nodeAt(schema as unknown as SchemaNode, issue.path)?._zod.def.checks ?? [];
  const bounds = checks.map((check) => check._zod.def);
  const least = bounds.find(({ check }) => check === "greater_than");
  const most = bounds.find(({ check }) => check === "less_than");
  if (typeof least?.value !== "number" || typeof most?.value !== "number") return undefined;
  const from = least.inclusive === true ? "from" : "above";
  const to = most.inclusive === true ? "to" : "below";
  return `a number ${from} ${least.value} ${to} ${most.value}`;
}

type Issue = z.core.$ZodIssue;

/** Of a union, the branch that came furthest says most. */
function deepestIssue(issue: Issue, prefix: readonly PropertyKey[] = []): Issue {
  const path = [...prefix, ...issue.path];
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return { ...issue, path } as Issue;
  const branches = issue.errors.filter((errors) => errors.length > 0);
  const candidates = branches.map((errors) => deepestIssue(errors[0]! as Issue, path));
  const deepest = candidates.sort((left, right) => right.path.length - left.path.length)[0];
  return deepest !== undefined && deepest.path.length > path.length ? deepest : ({ ...issue, path } as Issue);
}

function describeExpectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : article(issue.expected);
    case "invalid_value":
      return `one of ${issue.values.map((allowed) => JSON.stringify(allowed)).join(", ")}`;
    case "too_small":
      return issue.origin === "number" || issue.origin === "int"
        ? `a number ${issue.inclusive === true ? "of at least" : "above"} ${issue.minimum}`
        : `at least ${issue.minimum} of them`;
    case "too_big":
      return issue.origin === "number" || issue.origin === "int"
        ? `a number ${issue.inclusive === true ? "of at most" : "below"} ${issue.maximum}`
        : `at most ${issue.maximum} of them`;
    case "custom":
      return issue.message;
    default:
      return issue.code === "invalid_union" ? "one of the documented forms" : issue.message;
  }
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type === "record" ? "object" : type}`;
}

/** A short, safe picture of a value for an error message. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return shorten(asText(value));
}

function asText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Nested too deeply, or holding itself.
    return Array.isArray(value) ? "a list" : "an object";
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current: unknown = value;
  for (const key of path) {
    if (current === null || typeof current !== "object") return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

interface SchemaShape {
  readonly shape?: Record<string, SchemaNode>;
  readonly innerType?: SchemaNode;
  readonly element?: SchemaNode;
  readonly valueType?: SchemaNode;
  readonly options?: readonly SchemaNode[];
  readonly checks?: readonly BoundCheck[];
}
interface SchemaNode {
  readonly _zod: { readonly def: SchemaShape };
}
interface BoundCheck {
  readonly _zod: {
    readonly def: { readonly check: string; readonly value?: unknown; readonly inclusive?: boolean };
  };
}

/** The schema of the value at a path; undefined within a choice of schemas. */
function nodeAt(schema: SchemaNode, path: readonly PropertyKey[]): SchemaNode | undefined {
  const { shape, innerType, element, valueType } = schema._zod.def;
  const [key, ...rest] = path;
  if (innerType !== undefined) return nodeAt(innerType, path);
  if (key === undefined) return schema;
  const next = shape?.[String(key)] ?? element ?? valueType;
  return next === undefined ? undefined : nodeAt(next, rest);
}

/** Keys that any branch of the schema accepts at that path. */
function knownKeysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const { shape, innerType, element, valueType, options } = (schema as SchemaNode)._zod.def;
  if (innerType !== undefined) return knownKeysAt(innerType, path);
  if (options !== undefined) return options.flatMap((option) => knownKeysAt(option, path));
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(shape ?? {});
  const next = shape?.[String(key)] ?? element ?? valueType;
  return next === undefined ? [] : knownKeysAt(next, rest);
}
