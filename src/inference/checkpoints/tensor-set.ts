import { SpattenError } from "../../base/errors.ts";
import { describeValue } from "../../base/schema.ts";
import type { TensorSource } from "./tensor-source.ts";

export interface TakeTensorsOptions {
  /** Tensors that begin so are neither needed nor a mistake, such as a buffer that a framework saved along. */
  readonly ignorePrefixes?: readonly string[] | undefined;
}

/** Longer lists say how many more there are: a wrong prefix makes every name of a model wrong. */
const MAXIMUM_NAMES = 100;

/**
 * The expected tensors of a checkpoint, in single precision and row-major, by name; `expected` gives their shapes.
 * @throws SpattenError `checkpoint` naming every missing, unexpected and wrongly shaped tensor in one error, or the
 * first number that is not finite.
 */
export async function takeTensors(
  tensors: TensorSource,
  expected: ReadonlyMap<string, readonly number[]>,
  options: TakeTensorsOptions = {},
): Promise<Map<string, Float32Array>> {
  checkNamesAndShapes(tensors, expected, options.ignorePrefixes ?? []);
  const taken = new Map<string, Float32Array>();
  for (const name of expected.keys()) {
    const values = await tensors.readFloat32(name);
    checkFinite(values, name, tensors.where);
    taken.set(name, values);
  }
  return taken;
}

function checkNamesAndShapes(
  tensors: TensorSource,
  expected: ReadonlyMap<string, readonly number[]>,
  ignorePrefixes: readonly string[],
): void {
  const missing: string[] = [];
  const misshapen: string[] = [];
  for (const [name, shape] of expected) {
    const got = tensors.shapeOf(name);
    if (got === undefined) missing.push(name);
    else if (got.length !== shape.length || got.some((size, axis) => size !== shape[axis])) {
      misshapen.push(`${name} has (${got.join(", ")}) and should have (${shape.join(", ")})`);
    }
  }
  const isIgnored = (name: string): boolean => ignorePrefixes.some((prefix) => name.startsWith(prefix));
  const unexpected = tensors.names.filter((name) => !expected.has(name) && !isIgnored(name));
  const faults = [
    ["missing", missing],
    ["unexpected", unexpected],
    ["of another shape", misshapen],
  ] as const;
  const found = faults.filter(([, names]) => names.length > 0);
  if (found.length === 0) return;
  throw new SpattenError("checkpoint", "the tensors are not those of this model", {
    where: tensors.where,
    got: found.map(([fault, names]) => `${names.length} ${fault}: ${listNames(names)}`).join("; "),
    hint: "does config.json belong to these weights?",
  });
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAXIMUM_NAMES).map((name) => name.slice(0, 200));
  const rest = names.length - shown.length;
  return `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function checkFinite(values: Float32Array, name: string, where: string): void {
  // A sum that is finite has only finite parts, and is much faster than a test of each.
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  if (Number.isFinite(sum)) return;
  const index = values.findIndex((value) => !Number.isFinite(value));
  throw new SpattenError("checkpoint", "a weight is not a finite number", {
    where: `${where}: tensor ${describeValue(name)}, element ${index}`,
    got: String(values[index]),
  });
}
