import { type LoadedDecoder, loadDecoder } from "../../src/inference/decoder.ts";
import { openFolder } from "../../src/platform/node/folder.ts";
import { bundledModelFolder } from "../../src/platform/node/installation.ts";
import type { DatasetFiles } from "../../src/quality/datasets/dataset.ts";

/** The bundled language model, loaded once for the tests of a file. */
export async function loadBundledDecoder(): Promise<LoadedDecoder> {
  return loadDecoder(await openFolder(bundledModelFolder("gpt2-kjv-shakespeare")));
}

/** Genesis 1, 1 to 5 (King James Bible, public domain): about 130 tokens of the bundled model. */
export const genesis =
  "In the beginning God created the heaven and the earth. And the earth was without form, and void; and darkness was upon " +
  "the face of the deep. And the Spirit of God moved upon the face of the waters. And God said, Let there be light: and there " +
  "was light. And God saw the light, that it was good: and God divided the light from the darkness. And God called the light " +
  "Day, and the darkness he called Night. And the evening and the morning were the first day.";

/** A data set of one file. */
export function textFile(text: string, fileName = "test.txt"): DatasetFiles {
  return {
    ...{ name: "text", fileName },
    exists: async (name) => name === fileName,
    readText: async () => text,
    readBytes: async () => new TextEncoder().encode(text),
  };
}
