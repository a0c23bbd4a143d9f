import type { Checkpoint } from "../base/checkpoint.ts";
import type { LoadedDecoder } from "../inference/decoder.ts";
import type { Dataset } from "./datasets/dataset.ts";
import { type NeedleProtocol, needleRows } from "./needle/needle-rows.ts";
import { type WindowProtocol, windowRows } from "./perplexity/window-rows.ts";

/** How a decoder's rows are made out of texts. */
export type RowProtocol = WindowProtocol & NeedleProtocol;

/**
 * A data set of texts, or of questions on paragraphs, as the rows that a decoder is judged on: needles for the task of that
 * name, else windows. Reading a split throws as `windowRows` and `needleRows` do.
 */
export function decoderDataset(
  dataset: Dataset,
  decoder: LoadedDecoder,
  task: string | undefined,
  protocol: RowProtocol,
  checkpoint?: Checkpoint,
): Dataset {
  return {
    ...dataset,
    readSplit: async (name) => {
      const split = await dataset.readSplit(name);
      const rows =
        task === "needle"
          ? needleRows(decoder, split, protocol)
          : await windowRows(decoder, split, protocol, checkpoint);
      return { rows, documents: [] };
    },
  };
}
