import { toFloat32 } from "../../base/tensor-file/tensor-values.ts";
import { ELEMENT_BYTES, type TensorDtype } from "../../base/tensor-file/tensor-view.ts";
import type { NumberType } from "./stored-tensor.ts";

/** A type that stores number by number. */
export function plainNumberType(dtype: TensorDtype): NumberType {
  return {
    name: dtype,
    blockElements: 1,
    blockBytes: ELEMENT_BYTES[dtype],
    decode(bytes, target) {
      target.set(toFloat32({ name: dtype, dtype, shape: [target.length], bytes }));
    },
  };
}
