import { describe, expect, it, test } from "vitest";
import { type GgufEntry, type GgufParts, writeGguf } from "../../../../test/support/gguf-writer.ts";
import { SpattenError } from "../../../base/errors.ts";
import { parseGgufHeader, readGgufHeader } from "./header.ts";

const parse = (file: Uint8Array) => parseGgufHeader(file, file.length, "x.gguf");
const sixteen = new Uint8Array(64);
const tensor = (name: string, offset?: number | bigint) => ({
  ...{ name, type: 0, sizes: [4, 4], bytes: sixteen },
  ...(offset === undefined ? {} : { offset }),
});

const everyType: readonly GgufEntry[] = [
  ["u8", 0, 255],
  ["i8", 1, -128],
  ["u16", 2, 65535],
  ["i16", 3, -32768],
  ["u32", 4, 4294967295],
  ["i32", 5, -2147483648],
  ["f32", 6, 0.5],
  ["yes", 7, true],
  ["no", 7, false],
  ["text", 8, "\uFEFFéa🙂\u0000"],
  ["u64", 10, 2n ** 53n - 1n],
  ["large", 10, 2n ** 64n - 1n],
  ["i64", 11, -(2n ** 53n) + 1n],
  ["f64", 12, 1e-300],
  ["texts", 9, ["a", "", "b c"], 8],
  ["nested", 9, [[1, 2], [], [3]], 9],
  ["__proto__", 8, "a key like others"],
];

test.each([2, 3])(
  "version %i: values of every type, and tensors with the outermost size first",
  (version) => {
    const file = writeGguf({
      version,
      metadata: everyType,
      tensors: [
        { name: "a", type: 8, sizes: [64, 3], bytes: new Uint8Array(6 * 34) },
        { name: "b", type: 1, sizes: [5], bytes: new Uint8Array(10) },
      ],
    });
    const { metadata, tensors } = parse(file);
    expect([...metadata]).toEqual(
      everyType.map(([key, , value]) => [
        key,
        typeof value === "bigint" && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value,
      ]),
    );
    expect(tensors.map(({ name, shape, type }) => [name, shape, type.name])).toEqual([
      ["a", [3, 64], "Q8_0"],
      ["b", [5], "F16"],
    ]);
    expect(tensors[1]!.begin - tensors[0]!.begin).toBe(224);
    expect(tensors[1]!.begin + 32).toBe(file.length);
  },
);

test("a header longer than the first piece is read whole, and nothing of the numbers", async () => {
  const bytes = writeGguf({ metadata: [["long", 8, "x".repeat(5_000_000)]], tensors: [tensor("a")] });
  const pieces: number[] = [];
  const file = {
    fileName: "x.gguf",
    byteLength: 10e9,
    readInto: async (position: number, target: Uint8Array) => {
      pieces.push(target.length);
      target.set(bytes.subarray(position, position + target.length));
    },
  };
  const { metadata } = await readGgufHeader(file, "x.gguf");
  expect(metadata.get("long")).toHaveLength(5_000_000);
  expect(Math.max(...pieces)).toBeLessThan(20e6);
});

describe("a broken header is refused with a word", () => {
  const patched = (parts: GgufParts, at: number, ...bytes: number[]): Uint8Array => {
    const file = writeGguf(parts);
    file.set(bytes, at);
    return file;
  };
  const one: GgufParts = { metadata: [["key", 4, 1]], tensors: [tensor("a")] };
  /** Each array holds one array; the innermost would hold one more. */
  const nestedArrays = (depth: number): Uint8Array =>
    Uint8Array.from(new Array(depth).fill([9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]).flat());
  const huge = 2n ** 60n;
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["nothing", new Uint8Array(0), /ends inside the magic/],
    ["another file", new TextEncoder().encode("PK\x03\x04aaaaaaaa"), /not a GGUF file/],
    ["version 1", writeGguf({ ...one, version: 1 }), /version of GGUF is not read; got 1; expected 2 or 3/],
    ["version 4", writeGguf({ ...one, version: 4 }), /version/],
    ["big-endian", writeGguf({ ...one, version: 0x03000000 }), /big-endian/],
    ["2^60 tensors", writeGguf({ ...one, tensorCount: huge }), /number of tensors is not plausible/],
    ["2^50 tensors", writeGguf({ ...one, tensorCount: 2n ** 50n }), /more than the file can hold/],
    ["2^60 metadata", writeGguf({ ...one, keyCount: huge }), /number of metadata is not plausible/],
    ["2^40 metadata", writeGguf({ ...one, keyCount: 2n ** 40n }), /number of metadata is more than/],
    [
      "a key twice",
      writeGguf({ metadata: [...one.metadata, ["key", 7, true]] }),
      /value of key is there twice/,
    ],
    ["an empty key", writeGguf({ metadata: [["", 4, 1]] }), /a key is not plausible/],
    ["a value of type 13", patched(one, 24 + 8 + 3, 13), /unknown type; got type 13/],
    ["a bool of 2", writeGguf({ metadata: [["b", 7, 2]] }), /neither true nor false/],
    ["a text of 2^40 bytes", patched({ metadata: [["t", 8, "abc"]] }, 24 + 13 + 5, 1), /more than the file/],
    ["a text that is no UTF-8", patched({ metadata: [["t", 8, "abc"]] }, 24 + 13 + 8, 0xff), /not UTF-8/],
    ["an array of 2^40", patched({ metadata: [["t", 9, [1, 2]]] }, 24 + 13 + 4 + 5, 1), /more than the file/],
    ["arrays five deep", writeGguf({ metadata: [["t", 9, nestedArrays(5)]] }), /arrays within arrays/],
    [
      "an odd alignment",
      writeGguf({ metadata: [["general.alignment", 4, 3]] }),
      /alignment is not plausible/,
    ],
    [
      "a tensor twice",
      writeGguf({ metadata: [], tensors: [tensor("a"), tensor("a")] }),
      /"a" is there twice/,
    ],
    [
      "five sizes",
      writeGguf({ metadata: [], tensors: [{ ...tensor("a"), sizes: [1, 1, 1, 1, 16] }] }),
      /dimensions/,
    ],
    [
      "a size of 0",
      writeGguf({ metadata: [], tensors: [{ ...tensor("a"), sizes: [0] }] }),
      /shape of tensor "a"/,
    ],
    [
      "sizes beyond a double",
      writeGguf({ metadata: [], tensors: [{ ...tensor("a"), sizes: [2 ** 50, 2 ** 50] }] }),
      /shape of tensor "a"/,
    ],
    [
      "half a block",
      writeGguf({ metadata: [], tensors: [{ ...tensor("a"), type: 8, sizes: [16, 2] }] }),
      /multiple of 32 for Q8_0/,
    ],
    ["a tensor at 8", writeGguf({ metadata: [], tensors: [tensor("a", 8)] }), /not aligned; got place 8/],
    ["overlap", writeGguf({ metadata: [], tensors: [tensor("a"), tensor("b", 32)] }), /"b" overlaps another/],
    ["beyond", writeGguf({ metadata: [], tensors: [tensor("a", 2n ** 45n)] }), /reaches beyond the file/],
    ["cut off", writeGguf(one).slice(0, -32), /reaches beyond the file.*download complete/],
  ];

  it.each(cases)("%s", (_, file, message) => {
    expect(() => parse(file)).toThrow(message);
    expect(() => parse(file)).toThrow(SpattenError);
  });

  it("a type of weights that is not read", () => {
    const file = writeGguf({ metadata: [], tensors: [{ ...tensor("a"), type: 10 }] });
    expect(() => parse(file)).toThrow(
      expect.objectContaining({
        code: "missing-engine",
        message: expect.stringContaining(
          'x.gguf: tensor "a": weights of this type are not read yet; got type 10',
        ),
      }),
    );
  });

  it("every beginning of a whole file", () => {
    const file = writeGguf({ metadata: everyType, tensors: [tensor("a")] });
    for (let length = 0; length < file.length; length++) {
      expect(() => parse(file.slice(0, length))).toThrow(SpattenError);
    }
  });
});
