import type { ElementWidth } from "../base/arithmetic/bit-codes.ts";

/** The bytes as one whole number, the first one lowest. */
export function bytesAsInteger(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** Element of a packed stream, by arithmetic on one big number: sign extended, then shifted up. */
export function elementReference(
  packed: bigint,
  bitOffset: number,
  element: number,
  width: ElementWidth,
): number {
  const bits = BigInt(width.elementBits);
  const raw = (packed >> (BigInt(bitOffset) + BigInt(element) * bits)) % (1n << bits);
  const signed = raw >= 1n << (bits - 1n) ? raw - (1n << bits) : raw;
  return Number(signed * (1n << BigInt(width.lowBits)));
}

/** Bytes offered in a cycle: as many as given, if the converter takes them. */
export type ConverterCycle = Uint8Array | undefined;

/**
 * The converter as one growing number: codes that leave in each cycle, for chunks offered one after the other, each until
 * it is taken, with `pauses` cycles without an offer before each.
 */
export function converterReference(
  chunks: readonly Uint8Array[],
  pauses: readonly number[],
  bitOffset: number,
  width: ElementWidth,
  elementsPerCycle: number,
): readonly number[][] {
  const lineBytes = Math.ceil((elementsPerCycle * width.elementBits) / 8);
  let packed = 0n;
  let byteCount = 0;
  let elementCount = 0;
  let [next, pause] = [0, pauses[0]!];
  const output: number[][] = [];
  for (;;) {
    const readBits = bitOffset + elementCount * width.elementBits;
    const available = Math.max(0, Math.floor((8 * byteCount - readBits) / width.elementBits));
    const isEnding = next === chunks.length;
    if (isEnding && available === 0) return output;
    const leaving = available >= elementsPerCycle || isEnding ? Math.min(available, elementsPerCycle) : 0;
    output.push(
      Array.from({ length: leaving }, (_, place) =>
        elementReference(packed, bitOffset, elementCount + place, width),
      ),
    );
    elementCount += leaving;
    const chunk = chunks[next];
    if (chunk === undefined) continue;
    if (pause > 0) pause--;
    else if (byteCount - Math.floor(readBits / 8) <= lineBytes) {
      packed += bytesAsInteger(chunk) << BigInt(8 * byteCount);
      byteCount += chunk.length;
      pause = pauses[++next] ?? 0;
    }
  }
}
