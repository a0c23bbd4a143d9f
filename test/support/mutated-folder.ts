import type { Random } from "../../src/base/random.ts";
import { mutatedBytes } from "../../src/base/tensor-file/mutated-bytes.reference.ts";
import { mutatedJson } from "./mutated-json.ts";
import type { ModelFiles } from "./tiny-folders.ts";

/** A model folder with one file mutated: as bytes, as a tree of JSON, as a header of tensors, or gone. */
export function mutatedFolder(
  files: ModelFiles,
  random: Random,
): { readonly files: ModelFiles; readonly name: string } {
  const names = [...files.keys()];
  const name = names[random.integer(names.length)]!;
  const bytes = files.get(name)!;
  const mutant = new Map(files);
  const choice = random.integer(10);
  if (choice === 0 && random.integer(4) === 0) mutant.delete(name);
  else if (choice < 4) mutant.set(name, mutatedBytes(bytes, random));
  else mutant.set(name, name.endsWith(".json") ? jsonMutant(bytes, random) : tensorsMutant(bytes, random));
  return { files: mutant, name };
}

function jsonMutant(bytes: Uint8Array, random: Random): Uint8Array {
  return new TextEncoder().encode(mutatedJson(new TextDecoder().decode(bytes), random));
}

/** A weight file with another header, another length of it, other numbers, or an end that is missing. */
function tensorsMutant(bytes: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes));
  const data = bytes.subarray(8 + headerBytes);
  switch (random.integer(6)) {
    case 0: {
      const lengths = [0n, 1n, 2n ** 31n, 2n ** 53n, 2n ** 64n - 1n, BigInt(headerBytes + 8), 100_000_001n];
      return withHeader(new TextEncoder().encode(text), data, lengths[random.integer(lengths.length)]);
    }
    case 1:
      return bytes.slice(0, random.integer(bytes.length));
    case 2: {
      const copy = bytes.slice();
      const notANumber = Uint8Array.of(0, 0, random.integer(2) * 128 + 64, 127 + 128 * random.integer(2));
      copy.set(notANumber, 8 + headerBytes + 4 * random.integer(data.length >> 2));
      return copy;
    }
    case 3: {
      const types = ["F64", "F16", "BF16", "I64", "I32", "I8", "U8", "BOOL", "F8_E4M3", "Q4"];
      const other = text.replace('"F32"', JSON.stringify(types[random.integer(types.length)]));
      return withHeader(new TextEncoder().encode(other), data);
    }
    default:
      return withHeader(jsonMutant(new TextEncoder().encode(text), random), data);
  }
}

function withHeader(header: Uint8Array, data: Uint8Array, length = BigInt(header.length)): Uint8Array {
  const whole = new Uint8Array(8 + header.length + data.length);
  new DataView(whole.buffer).setBigUint64(0, length, true);
  whole.set(header, 8);
  whole.set(data, 8 + header.length);
  return whole;
}
