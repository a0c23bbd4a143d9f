const GROUPED = new Intl.NumberFormat("en-US");
const PREFIXES = ["", "k", "M", "G", "T", "P"];

/** At most four significant digits with a decimal prefix: 12,345,678 → `12.35 M`. */
export function formatQuantity(value: number, unit: string): string {
  let scaled = value;
  let step = 0;
  while (Math.abs(scaled) >= 9999.5 && step < PREFIXES.length - 1) {
    scaled /= 1000;
    step++;
  }
  const suffix = `${PREFIXES[step]}${unit}`;
  return suffix === "" ? significant(scaled) : `${significant(scaled)} ${suffix}`;
}

const ENERGY_UNITS = ["pJ", "nJ", "µJ", "mJ", "J"];

/** Picojoules in the unit that reads best: 1,234,567 → `1.235 µJ`. */
export function formatEnergy(energyPicojoules: number): string {
  let scaled = energyPicojoules;
  let step = 0;
  while (scaled >= 999.95 && step < ENERGY_UNITS.length - 1) {
    scaled /= 1000;
    step++;
  }
  return `${significant(scaled)} ${ENERGY_UNITS[step]}`;
}

const TIME_UNITS = ["ns", "µs", "ms", "s"];

/** Seconds in the unit that reads best: 0.00001314 → `13.14 µs`. */
export function formatTime(seconds: number): string {
  let scaled = seconds * 1e9;
  let step = 0;
  while (scaled >= 999.95 && step < TIME_UNITS.length - 1) {
    scaled /= 1000;
    step++;
  }
  return `${significant(scaled)} ${TIME_UNITS[step]}`;
}

/** A ratio as people say it: `2.4×`. */
export function formatRatio(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(value < 10 ? 2 : 1)}×` : "–";
}

/** A ratio of any size, to some three digits: `36927×`, `4.75×`, `0.012×`. */
export function formatMultiple(value: number): string {
  if (value >= 100) return `${Math.round(value)}×`;
  return value >= 0.1 ? formatRatio(value) : `${value.toPrecision(2)}×`;
}

/** Dense over pruned as a comparison: `2.40× less`, or `1.30× more` where pruning made it worse. */
export function formatSaving(denseOverPruned: number): string {
  if (!Number.isFinite(denseOverPruned)) return "not priced";
  return denseOverPruned >= 1
    ? `${formatRatio(denseOverPruned)} less`
    : `${formatRatio(1 / denseOverPruned)} more`;
}

/** A number to four significant digits, with commas from 10,000 on: `35,333`, `0.4302`. */
export function formatDigits(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return Math.abs(rounded) >= 10_000 ? GROUPED.format(Math.round(value)) : String(rounded);
}

/** A part of one as a percentage with two decimals. */
export function formatPercent(part: number): string {
  return `${(part * 100).toFixed(2)} %`;
}

function significant(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 10_000) return String(value);
  return String(Number(value.toPrecision(4)));
}
