/** Numbers of a section of the reference that are no rows of the ledger, as they are printed. */
export interface Exclusion {
  readonly numbers: string;
  readonly why: string;
}

/** Sections whose every number describes how the authors measured; nothing there is a result. */
export const methodSections = ["3.1"] as const;

/** By section: what is printed there and is no result. */
export const exclusions: Readonly<Record<string, readonly Exclusion[]>> = {
  "1.5": [
    { numbers: "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9", why: "ends of the bins" },
    { numbers: "576", why: "how many points the figure draws" },
    { numbers: "1 2", why: "parts of the formulas of the law, whose constants are rows: 2, and d/2 as 0.5" },
  ],
  "2.3": [{ numbers: "1024", why: "length of the list that both engines are given" }],
  "3.3": [
    { numbers: "30", why: "benchmarks of an average" },
    { numbers: "8.31", why: "sum of the three printed parts, against the printed 8.30" },
  ],
  "3.5": [
    { numbers: "30 11 4 8", why: "benchmarks of a mean" },
    { numbers: "208.99", why: "restatement of 209.0 with more digits, which is a row of Fig 20" },
    { numbers: "61 97 3.1 8.30", why: "powers implied by quotients of printed means: anchors, no results" },
  ],
  "3.6": [
    { numbers: "28 40 1", why: "technologies and clocks, and the 1x that ratios are against" },
    { numbers: "128 64 2", why: "multipliers, bandwidth, head dimension and operations of one: parameters" },
    { numbers: "10", why: "watts of the FPGA, of which the authors take 1" },
    { numbers: "1.73 1.72", why: "speedup behind the printed 221, given twice and differently" },
    { numbers: "256", why: "peak of 128 multipliers, which is a product of parameters" },
    { numbers: "232", why: "quotient of two printed numbers, told as an inconsistency" },
    { numbers: "0.94 0.82 1.0", why: "powers in watts, quotients of printed numbers" },
    { numbers: "728.4 772.9 470 259", why: "another paper's counting of operations, which is not mixed in" },
  ],
  "3.7": [
    { numbers: "30 32 4", why: "tokens of the runs and tasks of the mean" },
    { numbers: "24 12 1024 2 16 64 993", why: "factors of the check of the operations" },
    {
      numbers: "19.33 3.17 3.172 4",
      why: "checks of the printed operations, derived from a shape and a trace",
    },
    { numbers: "8 9.66", why: "bits of the weights, and their bytes: a parameter and a shape" },
  ],
  "3.8": [
    { numbers: "8 12", why: "bits of the weights in the head of the table" },
    { numbers: "4", why: "benchmarks of each size in a remark" },
  ],
  "3.10": [
    { numbers: "1.0", why: "the platform that everything is against" },
    { numbers: "1 16", why: "comparators of the top-k engine, a parameter" },
    { numbers: "3.6", why: "product of three printed ratios, told as an inconsistency" },
  ],
  "3.11": [
    { numbers: "1 2 4 8 16 32", why: "comparators of the top-k engine: the settings of the sweep" },
    { numbers: "196 392 784", why: "kilobytes of SRAM: the settings of the sweep" },
    { numbers: "776 0.43", why: "restatements, rounded" },
  ],
  "3.12": [
    {
      numbers: "1 2.59 3.36 4.01 4.44 5.19 6.56 7.33 8.32 1.05 1.12 1.2 1.3 1.5 1.6 1.8 2",
      why: "reductions: the settings of the curves",
    },
    { numbers: "0", why: "the dense ends, which the changes are against" },
    { numbers: "+3", why: "restatement of 3.08" },
  ],
  "3.13": [
    { numbers: "512,640,768 512 1024 2048 3072 1 6", why: "the space that was searched" },
    { numbers: "7", why: "numbers of the designs" },
  ],
  "3.14": [{ numbers: "14", why: "how many scores the figure shows" }],
  "3.15": [
    { numbers: "366.7", why: "restatement of Table IV" },
    { numbers: "12 8", why: "bits in the trace" },
  ],
};
