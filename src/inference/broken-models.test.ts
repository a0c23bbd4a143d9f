import { describe, expect, it } from "vitest";
import { withHeader } from "../../test/support/model-folder.ts";
import { folderInMemory, jsonBytes, type ModelFiles, tinyFolder } from "../../test/support/tiny-folders.ts";
import { type TinyCase, tinyCases } from "../../test/support/tiny-models.ts";
import { tinyWordPieces } from "../../test/support/tiny-tokenizers.ts";
import { parsePlan } from "../pruning/plan.ts";
import { loadEncoder } from "./encoder.ts";
import { referenceEngine } from "./engines/engine.ts";
import { architectures } from "./models/registry.ts";
import { textModelOf } from "./text-model.ts";

const none = parsePlan({ name: "none", source: "test" });
const of = (type: string): TinyCase =>
  tinyCases.find(({ config }) => (config as { model_type?: string }).model_type === type)!;
const keyword = tinyCases.at(-1)!;
const whole = tinyFolder(of("bert"));
const sharded = tinyFolder(of("bert"), true);
const SECOND_SHARD = "model-00002-of-00002.safetensors";

const withFile = (files: ModelFiles, name: string, bytes: Uint8Array) => new Map([...files, [name, bytes]]);
const configured = (row: TinyCase, more: object) =>
  withFile(tinyFolder(row), "config.json", jsonBytes({ ...row.config, ...more }));
const tokenized = (more: object) =>
  withFile(whole, "tokenizer.json", jsonBytes({ ...tinyWordPieces, ...more }));
const load = (files: ModelFiles) => loadEncoder(folderInMemory(files));

/** The whole model with another type of numbers for one tensor. */
function typed(dtype: string): ModelFiles {
  const bytes = withHeader(Buffer.from(whole.get("model.safetensors")!), (header) => {
    header["bert.embeddings.LayerNorm.bias"]!.dtype = dtype;
  });
  return withFile(whole, "model.safetensors", bytes);
}

describe("a model folder that is refused when it is loaded", () => {
  const cut = sharded.get(SECOND_SHARD)!.slice(0, -7);
  const without = new Map([...sharded].filter(([name]) => name !== SECOND_SHARD));
  it.each<[string, ModelFiles, string, RegExp]>([
    [
      "a shard is cut off",
      withFile(sharded, SECOND_SHARD, cut),
      "checkpoint",
      /00002\.safetensors.*cut off\?/,
    ],
    ["a shard is missing", without, "missing-model", /expected model-00002-of-00002\.safetensors/],
    ["weights are integers", typed("I32"), "checkpoint", /LayerNorm\.bias.*I32/],
    ["a type of numbers is unheard of", typed("F31"), "checkpoint", /LayerNorm\.bias.*"F31".*F32/],
    [
      "the architecture is unknown",
      configured(of("bert"), { model_type: "t5" }),
      "missing-engine",
      new RegExp(`"t5".*${architectures.map(({ id }) => `"${id}"`).join(", ")}`),
    ],
    [
      "the tokenizer's model is unknown",
      tokenized({ model: { ...tinyWordPieces.model, type: "WordPieces" } }),
      "missing-engine",
      /tokenizer\.json at model\.type: .*got "WordPieces"; expected one of WordPiece, BPE, Unigram/,
    ],
    [
      "a step of the tokenizer is unknown",
      tokenized({ pre_tokenizer: { type: "Telepathy" } }),
      "missing-engine",
      /pre_tokenizer\.type: .*type of pre-tokenizer.*got "Telepathy"; expected one of BertPreTokenizer/,
    ],
    [
      "a step within a step of the tokenizer is unknown",
      tokenized({ decoder: { type: "Sequence", decoders: [{ type: "Telepathy" }] } }),
      "checkpoint",
      /tokenizer files cannot be used; got Unknown Decoder type: Telepathy/,
    ],
    [
      "the tokenizer is a list",
      withFile(whole, "tokenizer.json", jsonBytes([])),
      "checkpoint",
      /not a JSON object/,
    ],
  ])("where %s", async (_what, files, code, message) => {
    await expect(load(files)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

/** Each of these would take gigabytes, or hours, if it were believed. */
describe("a configuration that asks for too much is held against the tensors first", () => {
  it.each([
    [
      "10^9 layers of BERT",
      of("bert"),
      { num_hidden_layers: 1e9 },
      /1000000000 layers; expected at most \d+/,
    ],
    [
      "2^52 layers of DistilBERT",
      of("distilbert"),
      { n_layers: 2 ** 52 },
      /more layers than there are tensors/,
    ],
    ["10^9 layers of RoBERTa", of("roberta"), { num_hidden_layers: 1e9 }, /more layers/],
    ["10^9 layers of ViT", of("vit"), { num_hidden_layers: 1e9 }, /more layers/],
    ["10^9 layers of a keyword transformer", keyword, { layers: 1e9 }, /more layers/],
    [
      "10^9 positions",
      of("bert"),
      { max_position_embeddings: 1e9 },
      /position_embeddings.weight has \(24, 12\)/,
    ],
    ["10^9 words", of("bert"), { vocab_size: 1e9 }, /word_embeddings.weight has \(40, 12\)/],
    ["10^9 classes", of("roberta"), { num_labels: 1e9 }, /num_labels.*expected a number from 1 to 1000000/],
    ["10^9 elements in a head", keyword, { head_dim: 1e9 }, /attn.query.weight has/],
    ["patches of one pixel", of("vit"), { image_size: 1e9, patch_size: 1 }, /of another shape/],
    ["no position at all", of("roberta"), { pad_token_id: 1e9 }, /no position for a token/],
  ])("%s", async (_what, row, more, message) => {
    await expect(load(configured(row, more))).rejects.toMatchObject({
      code: "checkpoint",
      message: expect.stringMatching(message),
    });
  });
});

describe("a fault that shows when a text comes", () => {
  const run = async (files: ModelFiles) =>
    textModelOf(await load(files), "tiny").run("what is new", { plan: none, engine: referenceEngine });
  const vocab = tinyWordPieces.model.vocab;

  it.each([
    ["text for an id", { ...vocab, what: "7" }, /gives a piece no id; got "7"/],
    ["a part of an id", { ...vocab, what: 1.5 }, /gives a piece no id; got 1\.5/],
    ["an id that the model lacks", { ...vocab, what: 40 }, /knows more pieces than the model; got id 40/],
  ])("%s", async (_what, pieces, message) => {
    const files = tokenized({ model: { ...tinyWordPieces.model, vocab: pieces } });
    await expect(run(files)).rejects.toMatchObject({
      code: "checkpoint",
      message: expect.stringMatching(message),
    });
  });

  it("weights that overflow in the head", async () => {
    const bytes = whole.get("model.safetensors")!.slice();
    const view = new DataView(bytes.buffer);
    const headerBytes = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
    const [begin, end] = header["classifier.weight"].data_offsets;
    for (let at = begin; at < end; at += 4) view.setFloat32(8 + headerBytes + at, 3e38, true);
    await expect(run(withFile(whole, "model.safetensors", bytes))).rejects.toThrow(/output is not a finite/);
  });
});
