import { describeValue } from "../../../base/schema.ts";
import { elementCount } from "../../../base/tensor-file/tensor-view.ts";
import { type StoredTensor, storedBytes } from "../stored-tensor.ts";
import type { ByteReader } from "./byte-reader.ts";
import { ggufNumberType } from "./number-types.ts";

/** A tensor under the name that the file gives it. */
export interface GgufTensor extends StoredTensor {
  readonly name: string;
}

/** What must be known of the file. */
export interface DataPlace {
  readonly fileBytes: number;
  readonly alignment: number;
}

const MAXIMUM_DIMENSIONS = 4;

/** Infos of so many tensors; the data begin behind them. @throws SpattenError `checkpoint`, `missing-engine`. */
export function readTensorInfos(reader: ByteReader, count: number, place: DataPlace): GgufTensor[] {
  const infos = new Map<string, GgufTensor>();
  for (let index = 0; index < count; index++) {
    const info = readInfo(reader, place.alignment);
    if (infos.has(info.name)) {
      throw reader.broken(`tensor ${describeValue(info.name)} is there twice`, {});
    }
    infos.set(info.name, info);
  }
  const dataBegin = Math.ceil(reader.position() / place.alignment) * place.alignment;
  const tensors = [...infos.values()].map((info) => ({ ...info, begin: dataBegin + info.begin }));
  checkPlaces(tensors, reader, place.fileBytes);
  return tensors;
}

/** One info; `begin` is still counted from the beginning of the data. */
function readInfo(reader: ByteReader, alignment: number): GgufTensor {
  const name = reader.text("the name of a tensor");
  const what = `tensor ${describeValue(name)}`;
  const dimensions = reader.uint32(`the number of dimensions of ${what}`);
  if (dimensions < 1 || dimensions > MAXIMUM_DIMENSIONS) {
    throw reader.broken(`${what} has an impossible number of dimensions`, {
      got: String(dimensions),
      expected: `1 to ${MAXIMUM_DIMENSIONS}`,
    });
  }
  const sizes = Array.from({ length: dimensions }, () => reader.uint64(`a size of ${what}`));
  const type = ggufNumberType(reader.uint32(`the type of ${what}`), `${reader.where}: ${what}`);
  const begin = reader.uint64(`the place of ${what}`);
  if (begin % alignment !== 0) {
    throw reader.broken(`${what} is not aligned`, {
      got: `place ${begin}`,
      expected: `a multiple of ${alignment}`,
    });
  }
  // The file has the innermost size first.
  const shape = sizes.reverse();
  if (!((elementCount(shape) ?? 0) > 0) || shape.at(-1)! % type.blockElements !== 0) {
    throw reader.broken(`the shape of ${what} is not plausible`, {
      got: describeValue(shape),
      expected: `positive sizes, the last a multiple of ${type.blockElements} for ${type.name}`,
    });
  }
  return { name, shape, type, begin };
}

function checkPlaces(tensors: readonly GgufTensor[], reader: ByteReader, fileBytes: number): void {
  let free = 0;
  for (const { name, begin, type, shape } of [...tensors].sort((left, right) => left.begin - right.begin)) {
    const end = begin + storedBytes(type, elementCount(shape)!);
    const what = `tensor ${describeValue(name)}`;
    if (begin < free) throw reader.broken(`${what} overlaps another one`, { got: `place ${begin}` });
    if (end > fileBytes) {
      throw reader.broken(`${what} reaches beyond the file`, {
        got: `bytes ${begin} to ${end}`,
        expected: `at most ${fileBytes}`,
        hint: "is the download complete?",
      });
    }
    free = end;
  }
}
