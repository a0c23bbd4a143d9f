import type { FilePieces } from "./file-pieces.ts";
import type { RowArrangement } from "./row-arrangement.ts";
import type { WeightFile } from "./weight-file.ts";

/** A way to store numbers, in blocks of some. */
export interface NumberType {
  readonly name: string;
  readonly blockElements: number;
  readonly blockBytes: number;
  /** Writes the numbers of whole blocks. @throws SpattenError `checkpoint` for a type without fractions. */
  decode(blocks: Uint8Array, target: Float32Array): void;
}

/** A tensor as it lies in a file; `shape` as it is stored, outermost first. */
export interface StoredTensor {
  readonly begin: number;
  readonly type: NumberType;
  readonly shape: readonly number[];
  /** Where the rows go; as they come by default. */
  readonly arrange?: RowArrangement | undefined;
}

/** Bytes that are read at once: little beside a model, much beside the cost of a call. */
const PIECE_BYTES = 1 << 20;

/** Bytes of so many numbers. */
export function storedBytes({ blockBytes, blockElements }: NumberType, elements: number): number {
  return (elements / blockElements) * blockBytes;
}

/** The numbers of a tensor, in single precision, piece by piece. @throws SpattenError `checkpoint`. */
export async function readStoredTensor(
  file: FilePieces,
  { begin, type, shape, arrange }: StoredTensor,
): Promise<Float32Array<ArrayBuffer>> {
  const elements = shape.reduce((product, size) => product * size, 1);
  const unitElements = arrange === undefined ? type.blockElements : (shape[1] ?? 1);
  const unitBytes = storedBytes(type, unitElements);
  const unitsAtOnce = Math.max(1, Math.floor(PIECE_BYTES / unitBytes));
  const unitCount = elements / unitElements;
  const bytes = new Uint8Array(Math.min(unitsAtOnce, unitCount) * unitBytes);
  const values = new Float32Array(elements);
  const rows = arrange && new Float32Array(Math.min(unitsAtOnce, unitCount) * unitElements);
  for (let unit = 0; unit < unitCount; unit += unitsAtOnce) {
    const count = Math.min(unitsAtOnce, unitCount - unit);
    const piece = bytes.subarray(0, count * unitBytes);
    await file.readInto(begin + unit * unitBytes, piece);
    if (arrange === undefined || rows === undefined) {
      type.decode(piece, values.subarray(unit * unitElements, (unit + count) * unitElements));
    } else {
      const decoded = rows.subarray(0, count * unitElements);
      type.decode(piece, decoded);
      arrange(decoded, unit, values);
    }
  }
  return values;
}

/** A tensor under the name and shape that a model asks for. */
export interface NamedTensor extends StoredTensor {
  readonly name: string;
  readonly givenShape: readonly number[];
}

/** The tensors of a file as a file of weights. */
export function weightFileOf(file: FilePieces, tensors: readonly NamedTensor[]): WeightFile {
  const named = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return {
    fileName: file.fileName,
    shapes: new Map(tensors.map(({ name, givenShape }) => [name, givenShape])),
    readFloat32: (name) => readStoredTensor(file, named.get(name)!),
  };
}
