import type { FileRanges, FolderReader } from "../../base/folder-reader.ts";
import { readSafetensors } from "../../base/tensor-file/safetensors.ts";
import {
  LENGTH_FIELD_BYTES,
  parseSafetensorsHeader,
  readHeaderLength,
} from "../../base/tensor-file/safetensors-header.ts";
import { fillFloat32, toFloat32 } from "../../base/tensor-file/tensor-values.ts";

/** A file of weights whose header is read. */
export interface WeightFile {
  readonly fileName: string;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** The values of a tensor that `shapes` names. @throws SpattenError `checkpoint` for a type without fractions. */
  readFloat32(name: string): Promise<Float32Array>;
}

/** As many first bytes as tell a pointer of Git LFS from weights. */
const FIRST_BYTES = 12;

/** Opens a safetensors file: tensor by tensor where the folder can, else whole. @throws SpattenError `checkpoint`. */
export async function openWeightFile(
  files: FolderReader,
  where: string,
  fileName: string,
): Promise<WeightFile> {
  const place = `${where}/${fileName}`;
  if (files.ranges !== undefined) return openInPieces(files.ranges, place, fileName);
  const { tensors } = readSafetensors(await files.readBytes(fileName), place);
  return {
    fileName,
    shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])),
    readFloat32: async (name) => toFloat32(tensors.get(name)!),
  };
}

async function openInPieces(ranges: FileRanges, where: string, fileName: string): Promise<WeightFile> {
  const context = { where, code: "checkpoint" } as const;
  const fileBytes = await ranges.byteLength(fileName);
  const first = new Uint8Array(Math.min(FIRST_BYTES, fileBytes));
  await ranges.readInto(fileName, 0, first);
  const header = new Uint8Array(readHeaderLength(first, fileBytes, context));
  await ranges.readInto(fileName, LENGTH_FIELD_BYTES, header);
  const { places } = parseSafetensorsHeader(header, fileBytes, context);
  const placeOf = new Map(places.map((place) => [place.name, place]));
  return {
    fileName,
    shapes: new Map(places.map(({ name, shape }) => [name, shape])),
    readFloat32: (name) => {
      const place = placeOf.get(name)!;
      return fillFloat32(place, place.end - place.begin, (target) =>
        ranges.readInto(fileName, place.begin, target),
      );
    },
  };
}
