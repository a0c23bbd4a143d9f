import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasShared, sharedFolder } from "../../../../test/support/shared.ts";
import { randomBlocks } from "../../../../test/support/tiny-gguf.ts";
import { createRandom } from "../../../base/random.ts";
import { blockReaders } from "./blocks/blocks.reference.ts";
import { ggufNumberType, ggufNumberTypes } from "./number-types.ts";

const types = [...ggufNumberTypes].map(([id, type]) => ({ id, name: type.name, type }));
const bitsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer);

describe.each(types.filter(({ name }) => Object.hasOwn(blockReaders, name)))("blocks of $name", (row) => {
  const { blockElements, blockBytes } = row.type;

  it("are decoded bit for bit as each number alone", () => {
    const random = createRandom(row.id);
    const read = blockReaders[row.name]!;
    for (let seed = 0; seed < 20; seed++) {
      // Any bytes at all half of the time: scales that are subnormal, infinite or no number.
      const blocks = randomBlocks(row.id, 3 * blockElements, random);
      if (seed % 2 === 1) blocks.set(Array.from(blocks, () => random.integer(256)));
      const decoded = new Float32Array(3 * blockElements);
      row.type.decode(blocks, decoded);
      const expected = Float32Array.from(decoded, (_, index) => {
        const block = Math.floor(index / blockElements);
        return read(blocks.subarray(block * blockBytes, (block + 1) * blockBytes), index % blockElements);
      });
      expect(decoded).toEqual(expected);
    }
  });
});

describe.skipIf(!hasShared)("golden blocks", () => {
  const golden = join(sharedFolder, "golden", "gguf");
  const rows = Object.entries(
    JSON.parse(hasShared ? readFileSync(join(golden, "types.json"), "utf8") : "{}") as Record<
      string,
      { ggmlType: number; blockElements: number; blockBytes: number }
    >,
  );

  it.each(rows)("of %s give the bits of the reference reader", (name, row) => {
    const { ggmlType, blockElements, blockBytes } = row;
    const type = ggufNumberTypes.get(ggmlType)!;
    expect(type).toMatchObject({ name, blockElements, blockBytes });
    const expected = new Uint8Array(readFileSync(join(golden, `${name}.float32.bin`)));
    const values = new Float32Array(expected.length / 4);
    type.decode(new Uint8Array(readFileSync(join(golden, `${name}.blocks.bin`))), values);
    expect(bitsOf(values)).toEqual(new Uint32Array(expected.buffer));
  });
});

describe("a type that is not read", () => {
  it("is named with its number and the known ones", () => {
    expect(() => ggufNumberType(16, "model")).toThrow(
      /^model: .*; got type 16 \(IQ2_XXS\); expected one of 0 \(F32\), 1 \(F16\), .*30 \(BF16\)/,
    );
    expect(() => ggufNumberType(777, "model")).toThrow(/got type 777; expected/);
  });
});
