import { writeFileSync } from "node:fs";
import { join } from "node:path";

const ROWS = [
  ["what is the weather like in paris tomorrow", "weather"],
  ["set an alarm for seven in the morning", "alarm"],
  ["please tell me what my balance is \u001b[31m", "balance"],
  ["how do you say hello in french", "weather"],
];

/** A file of JSON lines in a folder: four texts with labels of the bundled classifier, the last one wrong, so many times. */
export function writeLabelledTexts(folder: string, repeats: number): string {
  const file = join(folder, "mine.jsonl");
  const lines = ROWS.map(([text, label]) => JSON.stringify({ text, label }));
  writeFileSync(file, `${lines.join("\n")}\n`.repeat(repeats));
  return file;
}
