import { SpattenError } from "../../base/errors.ts";
import type { LoadedDecoder } from "../../inference/decoder.ts";

/** Whether a window gets the model's begin token in front: `auto` where texts of its training had one. */
export type BeginChoice = "auto" | "always" | "never";

export const beginChoices: readonly BeginChoice[] = ["auto", "always", "never"];

/**
 * The token that a window begins with. `auto`: the model's begin token where its tokenizer puts that before a text, or where
 * it ends texts as well, as GPT-2's stood between the documents of its training. @throws SpattenError `config` for `always`
 * and a model that names none.
 */
export function beginTokenOf(
  { name, beginId, endIds, tokenizer }: Pick<LoadedDecoder, "name" | "beginId" | "endIds" | "tokenizer">,
  choice: BeginChoice,
): number | undefined {
  if (choice === "never") return undefined;
  if (beginId === undefined) {
    if (choice === "auto") return undefined;
    throw new SpattenError("config", "the model names no token that begins a text", {
      where: name,
      expected: "bos_token_id in its configuration",
      hint: "leave --begin (begin) out",
    });
  }
  const isUsual = () => endIds.includes(beginId) || tokenizer.encode("a").ids[0] === beginId;
  return choice === "always" || isUsual() ? beginId : undefined;
}
