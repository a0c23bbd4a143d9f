import type { Random } from "../../src/base/random.ts";

/** First and last character of scripts and of signs. */
const RANGES: readonly (readonly [number, number])[] = [
  ...([
    [0x20, 0x7e],
    [0xa1, 0x17f],
    [0x370, 0x3ff],
    [0x400, 0x45f],
    [0x5d0, 0x5ea],
  ] as const),
  ...([
    [0x620, 0x66f],
    [0x904, 0x96f],
    [0xe01, 0xe5b],
    [0x10a0, 0x10ff],
    [0x1100, 0x11ff],
  ] as const),
  ...([
    [0x1e00, 0x1eff],
    [0x3041, 0x30ff],
    [0x4e00, 0x9fff],
    [0xac00, 0xd7a3],
    [0xff01, 0xff5e],
  ] as const),
  ...([
    [0x2000, 0x206f],
    [0x20a0, 0x20bf],
    [0x2150, 0x218f],
    [0x2190, 0x23ff],
    [0x300, 0x36f],
  ] as const),
  ...([
    [0x1f300, 0x1f6ff],
    [0x1f900, 0x1f9ff],
    [0x1d400, 0x1d7ff],
    [0x20000, 0x2a6df],
    [0, 0x1f],
  ] as const),
  ...([
    [0x80, 0xa0],
    [0xd800, 0xdfff],
    [0xe000, 0xf8ff],
    [0xfe00, 0xfe0f],
    [0xfff0, 0xffff],
  ] as const),
];

/** Where cutting a text goes wrong. */
const PARTS: readonly string[] = [
  ...[
    "the ",
    "The capital of France is",
    " don't",
    "I'LL",
    "we've ",
    "'s",
    " 's",
    "''",
    "e.g. ",
    "http://a.b/c?d=1&e",
  ],
  ...["0", "12", "2024", "3.14159", "1,000,000", " 7 8 9", "٣٤٥", "१२३", "１２", "²³", "Ⅷ", "½"],
  ...[
    " ",
    "  ",
    "   ",
    "\t",
    "\t\t",
    "\n",
    "\n\n",
    "\r\n",
    " \n ",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u200b",
    "\u2581",
  ],
  ...["\u0000", "\u0007", "\u001b[0m", "\u007f", "\u0085", "\ufeff", "\ufffd", "\u2028"],
  ...["👩‍👩‍👧‍👦", "🇫🇷", "👍🏽", "❤️", "e\u0301", "n\u0303", "ﬁ", "ß", "İ", "ǅ"],
  ...["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_start", "|>", "<s>", "</s>", "<unk>", "<0x0A>"],
  ...[
    "for (let i = 0; i < n; i++) {\n\t",
    "    return x;\n}",
    "__init__",
    "==",
    "!=",
    "->",
    "```",
    "{{ a }}",
  ],
  ...[
    "Das Äußere, ",
    "l'été ",
    "¿Qué? ",
    "Привет ",
    "你好世界",
    "こんにちは",
    "안녕하세요 ",
    "שלום ",
    "مرحبا ",
    "नमस्ते ",
    "สวัสดี",
  ],
];

/** A text of a few parts in any script, with digits, signs, control characters and halves of characters. */
export function randomText(random: Random): string {
  const parts = Array.from({ length: 1 + random.integer(12) }, () => {
    if (random.integer(2) === 0) return PARTS[random.integer(PARTS.length)]!;
    const [first, last] = RANGES[random.integer(RANGES.length)]!;
    const characters = Array.from({ length: 1 + random.integer(8) }, () =>
      String.fromCodePoint(first + random.integer(last - first + 1)),
    );
    return characters.join(random.integer(6) === 0 ? " " : "");
  });
  return parts.join("");
}
