import { SpattenError } from "../../base/errors.ts";
import { createRandom, type Random } from "../../base/random.ts";
import type { LoadedDecoder } from "../../inference/decoder.ts";
import { renderChat } from "../../inference/decoding/chat.ts";
import type { NeedleExample, Split } from "../datasets/dataset.ts";
import { haySentences } from "./hay.ts";

/** How facts are hidden: each length with each depth, so many times. */
export interface NeedleProtocol {
  /** Tokens of a prompt at most: the text, the fact, the question and the marks of the chat. */
  readonly lengthTokenCounts: readonly number[];
  /** Parts of the text that lie before the fact, from 0 to 1. */
  readonly depthRatios: readonly number[];
  readonly drawCount: number;
  readonly seed: number;
}

const PLACES = ["Lima", "Oslo", "Cairo", "Quito", "Seoul", "Dakar", "Hanoi", "Riga", "Accra", "Perth"];
const [LEAST_VALUE, VALUES] = [10_000, 90_000];
/** Room for the answer. */
const ANSWER_TOKENS = 24;

type NeedleDecoder = Pick<LoadedDecoder, "name" | "tokenizer" | "chatTemplate" | "layout">;

/**
 * Prompts in the model's chat template: a text out of the sentences of a split with one more sentence in it, and a question
 * about that. @throws SpattenError `config` for a model without a template, `usage` for a length or depth that cannot be,
 * `input` for too short a text.
 */
export function needleRows(decoder: NeedleDecoder, split: Split, protocol: NeedleProtocol): NeedleExample[] {
  requireTemplate(decoder);
  requireGrid(decoder, protocol);
  const random = createRandom(protocol.seed);
  const counted = haySentences(split).map((text) => ({
    text,
    tokenCount: decoder.tokenizer.encodePlain(` ${text}`).length,
  }));
  return protocol.lengthTokenCounts.flatMap((lengthTokenCount) =>
    protocol.depthRatios.flatMap((depthRatio) =>
      Array.from({ length: protocol.drawCount }, (_, draw) => ({
        ...{ kind: "needle" as const, lengthTokenCount, depthRatio },
        ...hide(decoder, counted, lengthTokenCount, depthRatio, random),
        where: `needle of ${lengthTokenCount} tokens at ${depthRatio}, draw ${draw + 1}`,
      })),
    ),
  );
}

function hide(
  decoder: NeedleDecoder,
  sentences: readonly { readonly text: string; readonly tokenCount: number }[],
  lengthTokenCount: number,
  depthRatio: number,
  random: Random,
): Pick<NeedleExample, "ids" | "value"> {
  const place = PLACES[random.integer(PLACES.length)]!;
  const value = String(LEAST_VALUE + random.integer(VALUES));
  const fact = `The secret number of ${place} is ${value}.`;
  const idsOf = (hay: readonly string[]): number[] => {
    const at = Math.round(depthRatio * hay.length);
    const text = [...hay.slice(0, at), fact, ...hay.slice(at)].join(" ");
    const content = `${text}\n\nWhat is the secret number of ${place}?`;
    return decoder.tokenizer.encodePlain(renderChat([{ role: "user", content }], decoder.chatTemplate));
  };
  let left = lengthTokenCount - idsOf([]).length;
  const hay: string[] = [];
  const first = random.integer(sentences.length);
  for (const sentence of [...sentences.slice(first), ...sentences.slice(0, first)]) {
    if (sentence.tokenCount > left) return { ids: idsOf(hay), value };
    left -= sentence.tokenCount;
    hay.push(sentence.text);
  }
  throw new SpattenError("input", "the text is too short to hide a fact in", {
    got: `${lengthTokenCount - left} tokens`,
    expected: `more than ${lengthTokenCount}`,
    hint: "give a longer text, or smaller --lengths (lengthTokenCounts)",
  });
}

function requireTemplate({ name, chatTemplate }: NeedleDecoder): void {
  if (chatTemplate !== undefined) return;
  throw new SpattenError(
    "config",
    "a hidden fact is asked for in a chat, and this model carries no chat template",
    {
      where: name,
      hint: "--task perplexity judges any decoder",
    },
  );
}

function requireGrid(
  { name, layout }: NeedleDecoder,
  { lengthTokenCounts, depthRatios, drawCount }: NeedleProtocol,
): void {
  const fault = (what: string, got: unknown, expected: string) =>
    new SpattenError("usage", `${what} of a hidden fact is out of range`, {
      where: name,
      got: String(got),
      expected,
    });
  const most = layout.positionCount - ANSWER_TOKENS;
  const badLength = lengthTokenCounts.find(
    (count) => !(Number.isInteger(count) && count >= 64 && count <= most),
  );
  if (badLength !== undefined) throw fault("the length", badLength, `from 64 to ${most} tokens`);
  const badDepth = depthRatios.find((ratio) => !(ratio >= 0 && ratio <= 1));
  if (badDepth !== undefined) throw fault("the depth", badDepth, "from 0 to 1");
  if (!(Number.isInteger(drawCount) && drawCount >= 1))
    throw fault("the number of draws", drawCount, "at least 1");
}
