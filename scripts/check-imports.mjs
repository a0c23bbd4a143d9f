// The import rule: rooms are folders of src/, arrows go down only. Run: node scripts/check-imports.mjs
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { filesUnder, root } from "./ensure.mjs";

const ALL_ROOMS = [
  "base",
  "pruning",
  "graph",
  "workload",
  "inference",
  "quality",
  "hardware",
  "energy",
  "machines",
  "report",
  "experiments",
  "platform",
  "cli",
  "entry",
];

/** What each room may import besides itself. `types` rooms may be imported for their types only. */
const RULES = {
  base: { values: [], packages: ["zod", "@noble/hashes"] },
  pruning: { values: ["base"], packages: ["zod"] },
  graph: { values: ["base"], packages: ["zod"] },
  workload: { values: ["base"], packages: ["zod"] },
  inference: {
    values: ["base", "pruning", "graph", "workload"],
    packages: ["zod", "@huggingface/tokenizers", "@huggingface/jinja"],
  },
  quality: { values: ["base", "pruning", "workload", "inference"], packages: ["zod"] },
  hardware: { values: ["base"], packages: ["zod"] },
  energy: { values: ["base"], packages: ["zod"] },
  machines: { values: ["base", "workload", "hardware", "energy", "pruning"], packages: ["zod"] },
  report: { values: ["base"], types: ALL_ROOMS, packages: ["@observablehq/plot"] },
  experiments: {
    values: [
      "base",
      "pruning",
      "graph",
      "workload",
      "inference",
      "quality",
      "hardware",
      "energy",
      "machines",
      "report",
    ],
    packages: ["zod"],
  },
  platform: { values: ["base"], packages: ["node:"] },
  cli: { values: ALL_ROOMS, packages: ["node:", "commander", "yaml", "linkedom"] },
  // The package's own entries, directly under src/: they tie the rooms together and hand them their platform.
  entry: {
    values: [
      ...["base", "pruning", "graph", "workload", "inference", "quality", "machines", "platform"],
      "experiments",
    ],
    packages: [],
  },
};

const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

/** Every import that the rule forbids, and every circle, as sentences. `files` maps a path under src/ to its text. */
export function importFaults(files) {
  const faults = [];
  const graph = new Map();
  for (const [file, text] of files) {
    const targets = [];
    for (const [, typeOnly, fromName, dynamicName] of text.matchAll(IMPORT)) {
      const name = fromName ?? dynamicName;
      const target = name.startsWith(".") ? join(dirname(file), name).split(sep).join("/") : undefined;
      if (target !== undefined && !files.has(target) && !file.endsWith(".test.ts"))
        faults.push(`${file} imports ${name}, which is not there`);
      else if (target !== undefined && typeOnly === undefined && dynamicName === undefined)
        targets.push(target);
      const fault = forbidden(file, name, target, typeOnly !== undefined);
      if (fault !== undefined) faults.push(fault);
    }
    graph.set(file, targets);
  }
  return [...faults, ...circles(graph)];
}

function forbidden(file, name, target, typeOnly) {
  // A test may look at anything; it is checked for circles only.
  if (file.endsWith(".test.ts")) return undefined;
  const room = roomOf(file);
  const rule = RULES[room];
  if (rule === undefined) return `${file} is in no room of the architecture`;
  if (target === undefined) {
    const isAllowed = rule.packages.some(
      (allowed) => name === allowed || name.startsWith(allowed.endsWith(":") ? allowed : `${allowed}/`),
    );
    return isAllowed ? undefined : `${file} imports the package ${name}; room ${room} may not`;
  }
  const targetRoom = roomOf(target);
  if (targetRoom === "platform" && room !== "entry" && room !== "cli" && room !== "platform") {
    return `${file} imports ${name}: the platform is handed in by the entries`;
  }
  if (targetRoom === room || rule.values.includes(targetRoom)) return undefined;
  if (room === "hardware" && targetRoom === "pruning" && file.endsWith(".reference.ts")) return undefined;
  if (typeOnly && rule.types?.includes(targetRoom)) return undefined;
  return `${file} imports ${name}: room ${room} may not import ${targetRoom}`;
}

function roomOf(file) {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : "entry";
}

/** Each circle of imports once, named by its files. */
function circles(graph) {
  const found = [];
  const done = new Set();
  const visit = (file, path) => {
    const start = path.indexOf(file);
    if (start >= 0) found.push(`circular import: ${[...path.slice(start), file].join(" → ")}`);
    if (start >= 0 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

/** The sources as `importFaults` reads them. */
export function readSources() {
  const source = join(root, "src");
  const files = filesUnder(source).filter((file) => file.endsWith(".ts"));
  return new Map(
    files.map((file) => [relative(source, file).split(sep).join("/"), readFileSync(file, "utf8")]),
  );
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  const faults = importFaults(readSources());
  for (const fault of faults) console.error(fault);
  process.exit(faults.length === 0 ? 0 : 1);
}
