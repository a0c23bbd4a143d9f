import { SpattenError } from "../../../base/errors.ts";
import { plainNumberType } from "../plain-number-type.ts";
import type { NumberType } from "../stored-tensor.ts";
import { q8_0 } from "./blocks/eight-bits.ts";
import { q5_0, q5_1 } from "./blocks/five-bits.ts";
import { q4_0, q4_1 } from "./blocks/four-bits.ts";
import { q4_k, q5_k, q6_k } from "./blocks/super-blocks.ts";

/** Types of weights that are read, by their number in a file (ggml.h, enum ggml_type). */
export const ggufNumberTypes: ReadonlyMap<number, NumberType> = new Map([
  [0, plainNumberType("F32")],
  [1, plainNumberType("F16")],
  [2, q4_0],
  [3, q4_1],
  [6, q5_0],
  [7, q5_1],
  [8, q8_0],
  [12, q4_k],
  [13, q5_k],
  [14, q6_k],
  [28, plainNumberType("F64")],
  [30, plainNumberType("BF16")],
]);

/** Names of others that files have, so that an error can tell one. */
const OTHER_NAMES: Readonly<Record<number, string>> = {
  ...{ 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K", 20: "IQ4_NL", 23: "IQ4_XS" },
  ...{ 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 21: "IQ3_S", 22: "IQ2_S", 29: "IQ1_M" },
  ...{ 24: "I8", 25: "I16", 26: "I32", 27: "I64", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4" },
};

/** The type of a number. @throws SpattenError `missing-engine` naming the number and the known ones. */
export function ggufNumberType(id: number, where: string): NumberType {
  const type = ggufNumberTypes.get(id);
  if (type !== undefined) return type;
  const name = OTHER_NAMES[id];
  throw new SpattenError("missing-engine", "weights of this type are not read yet", {
    where,
    got: name === undefined ? `type ${id}` : `type ${id} (${name})`,
    expected: `one of ${[...ggufNumberTypes].map(([known, { name: its }]) => `${known} (${its})`).join(", ")}`,
    hint: "take the model in Q8_0, Q4_K_M or F16",
  });
}
