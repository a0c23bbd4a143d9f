import type { Random } from "../../src/base/random.ts";

/** Numbers, types and strings that a program could trip over. */
const HOSTILE: readonly unknown[] = [
  ...[0, -1, 0.5, -0.5, 1, 2, 3, 7, 1e9, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e-300, 1e308, 1e6],
  ...[null, true, false, "", "1e9", "NaN", "__proto__", "constructor", "\u0000", "\u001b[2J", "\ud800"],
  ...["../../etc/passwd", "x".repeat(5000), "(a+)+$", "\u202e", "bert", "vit", "gpt2", "gelu_new"],
  ...[[], {}, [[[]]], [1e9], { type: "Unheard" }, { type: "Sequence" }, { Regex: "(" }, { String: "" }],
];
/** Written without quotes: what JSON has no word for, and what overflows. */
const BARE = [
  "NaN",
  "-Infinity",
  "1e999",
  "-1e999",
  "00",
  "0x10",
  "undefined",
  "123456789012345678901234567890",
];
const MARK = "\ue000mark\ue000";

type Place = { readonly parent: Record<string, unknown> | unknown[]; readonly key: string | number };

/** A JSON text with one to three values replaced, removed, renamed, copied elsewhere or written twice. */
export function mutatedJson(text: string, random: Random): string {
  const root = [JSON.parse(text) as unknown];
  let bare: string | undefined;
  let twice: string | undefined;
  for (let count = 1 + random.integer(3); count > 0; count--) {
    const places = placesIn(root);
    const { parent, key } = places[random.integer(places.length)]!;
    const put = (value: unknown): void => {
      (parent as Record<string | number, unknown>)[key] = value;
    };
    switch (random.integer(7)) {
      case 0:
        if (Array.isArray(parent)) parent.splice(key as number, 1);
        else delete parent[key];
        break;
      case 1:
        bare = BARE[random.integer(BARE.length)]!;
        put(MARK);
        break;
      case 2:
        twice = typeof key === "string" ? key : undefined;
        break;
      case 3: {
        const other = places[random.integer(places.length)]!;
        put(structuredClone((other.parent as Record<string | number, unknown>)[other.key]));
        break;
      }
      case 4:
        if (!Array.isArray(parent)) parent[`${key} `] = parent[key];
        break;
      default:
        put(structuredClone(HOSTILE[random.integer(HOSTILE.length)]));
    }
    if (root.length === 0) root.push(null);
  }
  let mutated = JSON.stringify(root[0]) ?? "";
  if (bare !== undefined) mutated = mutated.replace(JSON.stringify(MARK), bare);
  if (twice === undefined) return mutated;
  const again = `${JSON.stringify(twice)}:${JSON.stringify(HOSTILE[random.integer(HOSTILE.length)])},`;
  return mutated.replace(`${JSON.stringify(twice)}:`, () => `${again}${JSON.stringify(twice)}:`);
}

/** Every value of a tree but the list that holds its root. */
function placesIn(root: unknown[]): Place[] {
  const places: Place[] = [];
  const visit = (parent: Place["parent"]): void => {
    for (const key of Object.keys(parent)) {
      const at = Array.isArray(parent) ? Number(key) : key;
      places.push({ parent, key: at });
      const child = (parent as Record<string, unknown>)[key];
      if (typeof child === "object" && child !== null) visit(child as Place["parent"]);
    }
  };
  visit(root);
  return places;
}
