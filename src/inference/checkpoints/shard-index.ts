import * as z from "zod/mini";
import { SpattenError } from "../../base/errors.ts";
import { describeValue, parseWith } from "../../base/schema.ts";

/** More shards than any released model has. */
const MAXIMUM_SHARDS = 1000;

const indexSchema = z.object({
  /** File of each tensor. */
  weight_map: z.record(z.string(), z.string()),
});

/** Which tensor lies in which file, as model.safetensors.index.json says. */
export interface ShardIndex {
  readonly fileNames: readonly string[];
  readonly fileNameOf: ReadonlyMap<string, string>;
}

/** The checked index of a sharded checkpoint. @throws SpattenError `checkpoint`, also for a name outside the folder. */
export function parseShardIndex(value: unknown, where: string): ShardIndex {
  const index = parseWith(indexSchema, value, { what: "shard index", where, code: "checkpoint" });
  const fileNameOf = new Map(Object.entries(index.weight_map));
  const fileNames = [...new Set(fileNameOf.values())].sort();
  if (fileNames.length === 0 || fileNames.length > MAXIMUM_SHARDS) {
    throw new SpattenError("checkpoint", "the number of shards is not plausible", {
      where,
      got: String(fileNames.length),
      expected: `1 to ${MAXIMUM_SHARDS}`,
    });
  }
  for (const fileName of fileNames) checkShardName(fileName, where);
  return { fileNames, fileNameOf };
}

/** The index comes with the download, so a name in it must not lead out of the folder on any system. */
function checkShardName(fileName: string, where: string): void {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,250}\.safetensors$/.test(fileName) && !fileName.includes("..")) return;
  throw new SpattenError("checkpoint", "a shard has a name that is not a plain file name", {
    where,
    got: describeValue(fileName),
    expected: "letters, digits, dots, dashes, ending in .safetensors",
    hint: "do not use this checkpoint unless you know who made it",
  });
}
