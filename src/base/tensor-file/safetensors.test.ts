import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSafetensors } from "./safetensors.ts";
import { writeSafetensors } from "./safetensors-writer.ts";
import { float32Tensor, int32Tensor, toFloat32, toInt32 } from "./tensor-values.ts";
import type { TensorDtype, TensorView } from "./tensor-view.ts";

/** A file made by hand: a header, its length unless told, and data. */
function fileOf(header: string | Uint8Array, dataBytes = 0, headerBytes?: number): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes ?? text.length), true);
  file.set(text, 8);
  return file;
}

function entry(dtype: string, shape: unknown, begin: number, end: number): string {
  return JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
}

describe("a file that is written", () => {
  test("reads back the same, whatever the order in which tensors were given", () => {
    const tensor = fc.record({
      name: fc.string({ minLength: 1 }),
      values: fc.array(fc.float(), { maxLength: 6 }),
    });
    const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name });
    const metadata = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(tensors, metadata, (list, notes) => {
        const views = list.map(({ name, values }) =>
          float32Tensor(name, [values.length], new Float32Array(values)),
        );
        const bytes = writeSafetensors(views, notes);
        expect(writeSafetensors([...views].reverse(), notes)).toEqual(bytes);
        const read = readSafetensors(bytes, "file");
        expect(new Map(Object.entries(read.metadata))).toEqual(new Map(Object.entries(notes)));
        expect(read.tensors.size).toBe(list.length);
        for (const { name, values } of list) {
          expect(toFloat32(read.tensors.get(name)!)).toEqual(new Float32Array(values));
        }
      }),
    );
  });

  test("keeps names that are properties of every object", () => {
    const metadata = Object.fromEntries([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    const read = readSafetensors(
      writeSafetensors([float32Tensor("__proto__", [], new Float32Array(1))], metadata),
      "file",
    );
    expect([...read.tensors.keys()]).toEqual(["__proto__"]);
    expect(Object.entries(read.metadata)).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
  });

  test("has a padded header and wide types first", () => {
    const bytes = writeSafetensors(
      [
        { name: "b", dtype: "U8", shape: [3], bytes: new Uint8Array([1, 2, 3]) },
        float32Tensor("z", [1, 2], new Float32Array([1, -2])),
        int32Tensor("a", [1], new Int32Array([7])),
      ],
      { format: "pt" },
    );
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerBytes % 8).toBe(0);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)).trimEnd()).toBe(
      '{"__metadata__":{"format":"pt"},"a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},' +
        '"z":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]},"b":{"dtype":"U8","shape":[3],"data_offsets":[12,15]}}',
    );
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const { tensors } = readSafetensors(shifted.subarray(1), "file");
    expect(toFloat32(tensors.get("z")!)).toEqual(new Float32Array([1, -2]));
    expect(toInt32(tensors.get("a")!)).toEqual(new Int32Array([7]));
    expect(toInt32(tensors.get("b")!)).toEqual(new Int32Array([1, 2, 3]));
  });

  test("takes no name twice and no wrong length", () => {
    const one = float32Tensor("w", [1], new Float32Array(1));
    expect(() => writeSafetensors([one, one])).toThrow('tensor "w": the name is taken or reserved');
    expect(() => writeSafetensors([{ ...one, name: "__metadata__" }])).toThrow("taken or reserved");
    expect(() => writeSafetensors([{ ...one, shape: [2] }])).toThrow(
      "got 4 bytes; expected 8 for F32 of shape [2]",
    );
  });
});

describe("a broken file", () => {
  const w = (text: string): string => `{"w":${text}}`;
  test.each<[string, Uint8Array, string]>([
    [
      "an empty file",
      new Uint8Array(0),
      "file: not a safetensors file: too short; got 0 bytes; expected at least 8",
    ],
    [
      "a header of 10 GB",
      fileOf("{}", 0, 1e10),
      "file: the header is longer than the file or the format allows; got a header of 10000000000 bytes; expected at most 2 (is the file cut off?)",
    ],
    [
      "a Git LFS pointer",
      new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
      "Git LFS pointer",
    ],
    ["bytes that are not UTF-8", fileOf(new Uint8Array([0x7b, 0xff, 0x7d])), "file: the header is not UTF-8"],
    [
      "text that is not JSON",
      fileOf('{"w":}'),
      'file: line 1, column 6: the header is not JSON; got "}"; expected a value',
    ],
    ["a list", fileOf("[]"), 'file: the header is not a JSON object; got "[]"'],
    [
      "a name twice",
      fileOf(`{"w":${entry("U8", [0], 0, 0)},"w":${entry("U8", [0], 0, 0)}}`),
      'file: tensor "w": the header has a key twice; expected every key once',
    ],
    [
      "numbers as metadata",
      fileOf('{"__metadata__":{"a":1}}'),
      'file: __metadata__, key "a": a value of the metadata is not a string; got 1',
    ],
    [
      "a list as metadata",
      fileOf('{"__metadata__":[]}'),
      "file: __metadata__: the metadata are not an object; got []",
    ],
    [
      "an unknown type",
      fileOf(w(entry("F31", [1], 0, 4)), 4),
      'file: tensor "w": unknown type of numbers; got "F31" (did you mean "F32"?)',
    ],
    [
      "a type named like a property",
      fileOf(w(entry("constructor", [1], 0, 4)), 4),
      "unknown type of numbers",
    ],
    [
      "a fractional size",
      fileOf(w(entry("F32", [1.5], 0, 6)), 6),
      'file: tensor "w" at shape.0: invalid header entry; got 1.5; expected a whole number',
    ],
    [
      "a negative size",
      fileOf(w(entry("F32", [-1], 0, 4)), 4),
      'file: tensor "w" at shape.0: invalid header entry; got -1; expected a number of at least 0',
    ],
    [
      "an immense shape",
      fileOf(w(entry("F32", [2 ** 40, 2 ** 40, 0], 0, 0))),
      'file: tensor "w": the shape is too large; got [1099511627776,1099511627776,0]',
    ],
    [
      "reversed offsets",
      fileOf(w(entry("F32", [1], 4, 0)), 4),
      'file: tensor "w": the data offsets do not lie within the file; got 4 to 0; expected an ordered pair within 0 to 4',
    ],
    [
      "data that are cut off",
      fileOf(w(entry("F32", [2], 0, 8)), 7),
      'file: tensor "w": the data offsets do not lie within the file; got 0 to 8; expected an ordered pair within 0 to 7 (is the file cut off?)',
    ],
    [
      "data of another length",
      fileOf(w(entry("F32", [2], 0, 4)), 4),
      'file: tensor "w": the data do not fit the shape; got 4 bytes; expected 8 for F32 of shape [2]',
    ],
    [
      "an overlap",
      fileOf(`{"v":${entry("U8", [3], 0, 3)},"w":${entry("U8", [2], 2, 4)}}`, 4),
      'file: tensor "w": the data overlap those of another tensor; got 2 to 4; expected data from 3 on',
    ],
    [
      "a gap",
      fileOf(`{"v":${entry("U8", [1], 0, 1)},"w":${entry("U8", [2], 2, 4)}}`, 4),
      'file: tensor "w": a gap lies before the data; got 2 to 4; expected data from 1 on',
    ],
    [
      "bytes behind the last tensor",
      fileOf(w(entry("U8", [1], 0, 1)), 2),
      "file: bytes at the end belong to no tensor; got 2 bytes of data; expected 1",
    ],
    [
      "an entry without offsets",
      fileOf('{"w":{"dtype":"U8","shape":[]}}'),
      'file: tensor "w" at data_offsets: invalid header entry; got nothing; expected',
    ],
  ])("%s is named", (_what, bytes, message) => {
    expect(() => readSafetensors(bytes, "file")).toThrow(
      expect.objectContaining({ code: "checkpoint", message: expect.stringContaining(message) }),
    );
  });
});

describe("numbers", () => {
  const view = (dtype: TensorDtype, bytes: number[]): TensorView => ({
    name: "w",
    dtype,
    shape: [1],
    bytes: new Uint8Array(bytes),
  });

  test("BF16 is the upper half of a single", () => {
    expect(toFloat32(view("BF16", [0x80, 0x3f, 0x80, 0xff, 0x01, 0x00]))).toEqual(
      new Float32Array([1, Number.NEGATIVE_INFINITY, 2 ** -133]),
    );
    expect(toFloat32(view("BF16", [0xc0, 0x7f]))[0]).toBeNaN();
  });

  test("F64 is rounded to nearest", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const bytes = new Uint8Array(new Float64Array([value]).buffer);
        expect(toFloat32({ name: "w", dtype: "F64", shape: [], bytes })[0]).toBe(Math.fround(value));
      }),
    );
  });

  test("F32 keeps every bit, also of NaN", () => {
    const bytes = new Uint8Array([0x01, 0x00, 0xa0, 0x7f]);
    expect(new Uint8Array(toFloat32(view("F32", [...bytes])).buffer)).toEqual(bytes);
  });

  test("integers come as 32 bits or not at all", () => {
    expect(toInt32(view("I64", [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))).toEqual(
      new Int32Array([-2]),
    );
    expect(toInt32(view("I16", [0xff, 0xff]))).toEqual(new Int32Array([-1]));
    expect(() => toInt32(view("U32", [0, 0, 0, 0x80]))).toThrow("does not fit in 32 bits; got 2147483648");
    expect(() => toInt32(view("F32", [0, 0, 0, 0]))).toThrow(
      'tensor "w": a tensor holds another type of number; got F32',
    );
    expect(() => toFloat32(view("I8", [0]))).toThrow("expected F16, BF16, F32 or F64");
  });
});
