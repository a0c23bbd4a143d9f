import fc from "fast-check";
import { expect, test } from "vitest";
import type { FolderReader } from "../../base/folder-reader.ts";
import { writeSafetensors } from "../../base/tensor-file/safetensors-writer.ts";
import type { TensorDtype } from "../../base/tensor-file/tensor-view.ts";
import { rangesOf } from "./file-ranges.reference.ts";
import { openWeightFile } from "./weight-file.ts";

const elementBytes = { F16: 2, BF16: 2, F32: 4, F64: 8, I64: 8, U8: 1 } as const;
const dtypes = Object.keys(elementBytes) as (keyof typeof elementBytes)[];

/** A folder of one file, in pieces or whole. */
function folderOf(bytes: Uint8Array, inPieces: boolean): FolderReader {
  const readBytes = async () => bytes;
  return {
    name: "model",
    readBytes,
    readText: async () => "",
    exists: async () => true,
    ...(inPieces ? { ranges: rangesOf(readBytes) } : {}),
  };
}

test("a file read in pieces gives the bits of the file read whole, or the same refusal", async () => {
  const drawn = fc.array(fc.record({ dtype: fc.constantFrom(...dtypes), count: fc.nat(40) }), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(drawn, fc.infiniteStream(fc.nat(255)), async (tensors, draw) => {
      const bytes = writeSafetensors(
        tensors.map(({ dtype, count }, index) => ({
          name: `t${index}`,
          dtype: dtype as TensorDtype,
          shape: [count],
          bytes: Uint8Array.from({ length: count * elementBytes[dtype] }, () => draw.next().value),
        })),
      );
      const [whole, pieces] = [
        await openWeightFile(folderOf(bytes, false), "model", "w.safetensors"),
        await openWeightFile(folderOf(bytes, true), "model", "w.safetensors"),
      ];
      expect(pieces.shapes).toEqual(whole.shapes);
      for (const name of whole.shapes.keys()) {
        const outcome = (file: typeof whole) =>
          file.readFloat32(name).then(
            ({ buffer }) => new Uint8Array(buffer),
            (error: Error) => error.message,
          );
        expect(await outcome(pieces)).toEqual(await outcome(whole));
      }
    }),
    { numRuns: 200 },
  );
});
