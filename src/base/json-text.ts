import { type ErrorCode, SpattenError } from "./errors.ts";
import { endOfString, findJsonFault, skipBlank } from "./json-fault.ts";
import { describeValue } from "./schema.ts";

/** Deeper nesting than any file of ours has; recursive readers behind this one would overflow the stack. */
const MAXIMUM_DEPTH = 100;

/** What is read, and the code of its errors. */
export interface JsonContext {
  readonly code: ErrorCode;
  /** As in "config.json is not JSON". */
  readonly what: string;
  readonly where: string;
  /** Line on which the text begins, counted from 1, where it is a part of a file. */
  readonly firstLine?: number;
}

/** The value of a JSON text; a byte order mark is let pass. @throws SpattenError with line and column of the fault. */
export function parseJsonText(text: string, context: JsonContext): unknown {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw notJson(json, context, cause);
  }
  if (isDeeperThan(value, MAXIMUM_DEPTH)) {
    throw new SpattenError(context.code, `${context.what} is nested too deep`, {
      where: context.firstLine === undefined ? context.where : `${context.where}: line ${context.firstLine}`,
      expected: `at most ${MAXIMUM_DEPTH} levels`,
    });
  }
  return value;
}

function notJson(json: string, context: JsonContext, cause: unknown): SpattenError {
  const fault = findJsonFault(json) ?? { offset: json.length, expected: "JSON" };
  const before = json.slice(0, fault.offset);
  const line = (context.firstLine ?? 1) + before.split("\n").length - 1;
  const column = fault.offset - before.lastIndexOf("\n");
  const rest = json.slice(fault.offset, fault.offset + 20);
  return new SpattenError(
    context.code,
    `${context.what} is not JSON`,
    {
      where: `${context.where}: line ${line}, column ${column}`,
      got: rest === "" ? "the end of the text" : describeValue(rest),
      expected: fault.expected,
      ...(/^-?(NaN|Infinity|nan|inf)/.test(rest) ? { hint: "JSON has neither NaN nor Infinity" } : {}),
    },
    cause,
  );
}

function isDeeperThan(value: unknown, maximumDepth: number): boolean {
  let level = objectsAmong([value]);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maximumDepth) return true;
    const next: object[] = [];
    for (const parent of level) {
      for (const child of objectsAmong(Object.values(parent))) next.push(child);
    }
    level = next;
  }
  return false;
}

function objectsAmong(values: readonly unknown[]): object[] {
  return values.filter((value): value is object => typeof value === "object" && value !== null);
}

/** The first key that stands twice in one object of a valid JSON text: `JSON.parse` would keep the last in silence. */
export function findDuplicateKey(json: string): string | undefined {
  const keysOfOpenObjects: Set<string>[] = [];
  for (let offset = 0; offset < json.length; offset++) {
    const character = json[offset];
    if (character === "{") keysOfOpenObjects.push(new Set());
    if (character === "}") keysOfOpenObjects.pop();
    if (character !== '"') continue;
    const end = endOfString(json, offset) as number;
    if (json[skipBlank(json, end)] === ":") {
      const key: string = JSON.parse(json.slice(offset, end));
      const keys = keysOfOpenObjects.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
    offset = end - 1;
  }
  return undefined;
}
