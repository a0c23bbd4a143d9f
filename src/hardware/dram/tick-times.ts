/** Later than every tick; shifting the origin of time leaves it alone. */
export const NEVER = 2147483647;

/** After so many ticks the origin of time moves, so that ticks stay small integers. */
export const ORIGIN_SHIFT_TICKS = 2 ** 29;

/** Before every tick. */
export const FAR_PAST = -(2 ** 30);

/** Subtracts from every time but NEVER; what is long past stays long past. */
export function shift(times: Int32Array, shiftTicks: number): void {
  for (let index = 0; index < times.length; index++) times[index] = shifted(times[index]!, shiftTicks);
}

export function shifted(time: number, shiftTicks: number): number {
  return time === NEVER ? NEVER : Math.max(FAR_PAST, time - shiftTicks);
}
