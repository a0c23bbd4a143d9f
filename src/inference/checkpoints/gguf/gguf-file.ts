import { SpattenError } from "../../../base/errors.ts";
import type { FolderReader } from "../../../base/folder-reader.ts";
import { hintForName } from "../../../base/nearest.ts";
import type { Registry } from "../../../base/registry.ts";
import { openFilePieces } from "../file-pieces.ts";
import type { HuggingFaceFiles } from "../hugging-face-folder.ts";
import { weightFileOf } from "../stored-tensor.ts";
import { tensorSource } from "../tensor-source.ts";
import type { GgufArchitecture } from "./architecture.ts";
import { ggufGpt2 } from "./gpt2.ts";
import { readGgufHeader } from "./header.ts";
import { ggufLlama } from "./llama.ts";
import { type Metadata, metadataOf } from "./metadata.ts";
import { ggufTokenizer } from "./tokenizer.ts";

/** Architectures of GGUF files that are read. */
export const ggufArchitectures: Registry<GgufArchitecture> = [ggufLlama, ggufGpt2];

/**
 * A GGUF file as what a Hugging Face folder of the model would hold; its numbers are read when they are asked for.
 * @throws SpattenError `checkpoint`, `missing-model`; `missing-engine` for an architecture, a type of weights or a
 * tokenizer that is not known.
 */
export async function loadGgufFile(
  files: FolderReader,
  fileName: string,
  where: string,
): Promise<HuggingFaceFiles> {
  const file = await openFilePieces(files, fileName);
  const header = await readGgufHeader(file, where);
  const metadata = metadataOf(header.metadata, where);
  const architecture = architectureIn(metadata);
  if ((metadata.optional("count", "split.count") ?? 1) > 1) {
    throw new SpattenError("missing-engine", "a GGUF model in several files is not read yet", {
      where,
      hint: "join the parts with llama-gguf-split --merge",
    });
  }
  const tensors = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  const config = architecture.configOf(metadata, tensors);
  const named = header.tensors.map((tensor) => architecture.tensorOf(tensor, metadata));
  requireOnce(named, where);
  return {
    config,
    tensors: tensorSource(where, [weightFileOf(file, named)]),
    ...ggufTokenizer(metadata),
  };
}

function architectureIn(metadata: Metadata): GgufArchitecture {
  const id = metadata.required("text", "general.architecture");
  const found = ggufArchitectures.find((architecture) => architecture.id === id);
  if (found !== undefined) return found;
  const known = ggufArchitectures.map((architecture) => architecture.id);
  throw new SpattenError("missing-engine", "GGUF files of this architecture are not read yet", {
    where: metadata.where,
    got: JSON.stringify(id.slice(0, 60)),
    expected: `one of ${known.map((name) => JSON.stringify(name)).join(", ")}`,
    hint: hintForName(id, known),
  });
}

/** A name of Hugging Face may lie in the file beside the one that becomes it. */
function requireOnce(tensors: readonly { readonly name: string }[], where: string): void {
  const seen = new Set<string>();
  for (const { name } of tensors) {
    if (seen.has(name)) {
      throw new SpattenError("checkpoint", "two tensors have the same meaning", {
        where,
        got: JSON.stringify(name.slice(0, 60)),
      });
    }
    seen.add(name);
  }
}
