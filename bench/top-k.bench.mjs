// The k largest of n scores, as positions in input order: ours beside what plain JavaScript offers.
// Usage: node bench/top-k.bench.mjs (after npm run build)
import { createRandom, topKIndices } from "../dist/pruning/index.js";
import { machineLine, medianNanoseconds } from "./side-by-side.mjs";

const LENGTHS = [16, 64, 256, 1024, 4096];
const KEEP_RATIOS = [0.25, 0.5, 0.9];
/** Different numbers from call to call, or the processor learns the branches of one array by heart. */
const ARRAYS = 32;

/** The full native sort of pairs: the usual way to write it. */
function sortPairs(values, k) {
  const pairs = Array.from(values, (value, index) => ({ value, index }));
  pairs.sort((left, right) => right.value - left.value || left.index - right.index);
  return Int32Array.from(pairs.slice(0, k), (pair) => pair.index).sort();
}

/** The native sort of numbers alone finds the threshold; a second pass collects what reaches it. */
function sortValues(values, k) {
  const threshold = values.toSorted()[values.length - k];
  let equalLeft = k;
  for (let index = 0; index < values.length; index++) if (values[index] > threshold) equalLeft--;
  const kept = new Int32Array(k);
  let count = 0;
  for (let index = 0; count < k; index++) {
    if (values[index] > threshold || (values[index] === threshold && equalLeft-- > 0)) kept[count++] = index;
  }
  return kept;
}

const RIVALS = [
  ["sort of pairs", sortPairs],
  ["Float64Array.toSorted", sortValues],
];

const random = createRandom(1);
const cells = (columns) =>
  columns.map((column, index) => column.padStart([6, 6, 12, 20, 24][index])).join("");
console.log(`top-k on ${machineLine()}`);
console.log("rival's median time / ours: above 1 the rival is slower\n");
console.log(cells(["n", "k", "ours", ...RIVALS.map(([name]) => name)]));
for (const length of LENGTHS) {
  for (const ratio of KEEP_RATIOS) {
    const arrays = Array.from({ length: ARRAYS }, () => Float64Array.from({ length }, () => random.next()));
    const k = Math.ceil(ratio * length);
    for (const values of arrays) requireAgreement(values, k);
    const selectors = [topKIndices, ...RIVALS.map(([, rival]) => rival)];
    const [ours, ...theirs] = medianNanoseconds(selectors.map((select) => inTurn(select, arrays, k)));
    const ratios = theirs.map((time) => `${(time / ours).toFixed(2)}×`);
    console.log(cells([String(length), String(k), `${(ours / 1000).toPrecision(3)} µs`, ...ratios]));
  }
}

function inTurn(select, arrays, k) {
  let turn = 0;
  return () => select(arrays[turn++ % arrays.length], k);
}

/** A rival that answers something else would be no rival. */
function requireAgreement(values, k) {
  const ours = String(topKIndices(values, k));
  for (const [name, rival] of RIVALS) {
    if (String(rival(values, k)) !== ours) throw new Error(`${name} disagrees at n ${values.length}, k ${k}`);
  }
}
