import { SpattenError } from "../base/errors.ts";
import { OPERATOR_SET_VERSION } from "./graph-builder.ts";
import { type OnnxModel, tensorByteLength } from "./onnx-model.ts";

export interface CheckOptions {
  /** Domains beside the default one that the graph's runtime has. */
  readonly allowedDomains?: readonly string[];
  readonly operatorSetVersion?: number;
}

/**
 * Refuses a graph that a stock runtime could not run: operators outside the default domain or its version, constants
 * whose bytes do not fit their shape, values used before they are made or made twice. @throws SpattenError `config`.
 */
export function checkGraph(model: OnnxModel, options: CheckOptions = {}): void {
  checkDomains(model, options);
  checkConstants(model);
  checkValues(model);
}

function checkDomains(
  model: OnnxModel,
  { allowedDomains = [], operatorSetVersion = OPERATOR_SET_VERSION }: CheckOptions,
): void {
  const isAllowed = (domain: string) => domain === "" || allowedDomains.includes(domain);
  for (const { domain, version } of model.operatorSets) {
    if (!isAllowed(domain)) throw foreignDomain(domain, model.name);
    if (domain !== "" || version <= operatorSetVersion) continue;
    throw new SpattenError("config", "the graph needs newer operators", {
      where: model.name,
      got: `operator set ${version}`,
      expected: `at most ${operatorSetVersion}`,
    });
  }
  for (const { name, operator, domain } of model.nodes) {
    if (!isAllowed(domain)) throw foreignDomain(domain, `${model.name} at ${name} (${operator})`);
    if (model.operatorSets.some((set) => set.domain === domain)) continue;
    throw new SpattenError("config", "the graph names no version for a domain", {
      where: `${model.name} at ${name} (${operator})`,
      got: `domain "${domain}"`,
    });
  }
}

function foreignDomain(domain: string, where: string): SpattenError {
  return new SpattenError("config", "the graph uses operators that not every runtime has", {
    where,
    got: `domain "${domain}"`,
    expected: "the default domain",
  });
}

function checkConstants(model: OnnxModel): void {
  for (const { name, type, shape, bytes } of model.constants) {
    const expected = tensorByteLength(type, shape);
    if (bytes.length === expected) continue;
    throw new SpattenError("config", "a constant does not fit its shape", {
      where: `${model.name} at ${name}, ${type} (${shape.join(", ")})`,
      got: `${bytes.length} bytes`,
      expected: `${expected}`,
    });
  }
}

function checkValues(model: OnnxModel): void {
  // An empty name is an input that is left out.
  const known = new Set([""]);
  const make = (name: string, where: string): void => {
    if (known.has(name)) throw new SpattenError("config", `the graph makes "${name}" twice`, { where });
    known.add(name);
  };
  for (const { name } of [...model.inputs, ...model.constants]) make(name, model.name);
  for (const node of model.nodes) {
    const where = `${model.name} at ${node.name} (${node.operator})`;
    const missing = node.inputs.find((name) => !known.has(name));
    if (missing !== undefined) {
      throw new SpattenError("config", `the graph uses "${missing}" before it is made`, { where });
    }
    for (const output of node.outputs) make(output, where);
  }
  const missing = model.outputs.find(({ name }) => !known.has(name));
  if (missing === undefined) return;
  throw new SpattenError("config", `nothing makes the output "${missing.name}"`, { where: model.name });
}
