/** Codes and scale by the definition, one value at a time. */
export function quantizeReference(
  values: readonly number[],
  bits: number,
): { codes: number[]; scale: number } {
  const scale = Math.max(0, ...values.map(Math.abs)) / (2 ** (bits - 1) - 1);
  const codes = values.map((value) =>
    scale === 0 || value === 0 ? 0 : Math.sign(value) * Math.round(Math.abs(value) / scale),
  );
  return { codes, scale };
}

/** One code cut in two by division. */
export function splitCodeReference(code: number, bits: number): { high: number; low: number } {
  const high = Math.floor(code / 2 ** bits);
  return { high, low: code - high * 2 ** bits };
}
