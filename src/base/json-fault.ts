/** Where a text stops being JSON, and what should have stood there. */
export interface JsonFault {
  readonly offset: number;
  readonly expected: string;
}

type Awaited = "value" | "first value" | "key" | "first key" | "colon" | "separator";

/**
 * The first place at which a text breaks the JSON grammar (RFC 8259), or undefined where it does not. Engines disagree
 * on whether their message says so. Keeps its own stack, so that no depth of nesting overflows the engine's.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const closers: ("]" | "}")[] = [];
  let awaited: Awaited = "value";
  let offset = skipBlank(text, 0);
  for (; offset < text.length; offset = skipBlank(text, offset)) {
    const character = text[offset]!;
    const closer = closers.at(-1);
    if (awaited === "separator") {
      if (closer === undefined) return { offset, expected: "the end of the text" };
      if (character === ",") awaited = closer === "}" ? "key" : "value";
      else if (character === closer) closers.pop();
      else return { offset, expected: `"," or "${closer}"` };
      offset++;
    } else if (awaited === "colon") {
      if (character !== ":") return { offset, expected: '":"' };
      awaited = "value";
      offset++;
    } else if ((awaited === "first value" || awaited === "first key") && character === closer) {
      closers.pop();
      awaited = "separator";
      offset++;
    } else if (awaited === "key" || awaited === "first key") {
      if (character !== '"') return { offset, expected: "a key in double quotes" };
      const end = endOfString(text, offset);
      if (typeof end !== "number") return end;
      awaited = "colon";
      offset = end;
    } else if (character === "[" || character === "{") {
      closers.push(character === "[" ? "]" : "}");
      awaited = character === "[" ? "first value" : "first key";
      offset++;
    } else {
      const end = endOfScalar(text, offset);
      if (typeof end !== "number") return end;
      awaited = "separator";
      offset = end;
    }
  }
  if (awaited === "separator" && closers.length === 0) return undefined;
  return { offset, expected: awaited === "separator" ? `"${closers.at(-1)}"` : "more text" };
}

/** Offset behind the blanks that JSON allows between tokens. */
export function skipBlank(text: string, from: number): number {
  let offset = from;
  while (offset < text.length && " \t\n\r".includes(text[offset]!)) offset++;
  return offset;
}

function endOfScalar(text: string, from: number): number | JsonFault {
  if (text[from] === '"') return endOfString(text, from);
  for (const word of ["true", "false", "null"]) {
    if (text.startsWith(word, from)) return from + word.length;
  }
  return endOfNumber(text, from);
}

/** Offset behind the closing quote of a string that opens at `from`, or what is wrong inside it. */
export function endOfString(text: string, from: number): number | JsonFault {
  let offset = from + 1;
  for (; offset < text.length; offset++) {
    const character = text[offset]!;
    if (character === '"') return offset + 1;
    if (character < " ") return { offset, expected: "no control character within a string" };
    if (character !== "\\") continue;
    offset++;
    if (text[offset] === "u") {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(offset + 1, offset + 5))) {
        return { offset, expected: "four hexadecimal digits" };
      }
      offset += 4;
    } else if (offset < text.length && !'"\\/bfnrt'.includes(text[offset]!)) {
      return { offset, expected: "a known escape" };
    }
  }
  return { offset, expected: "the closing quote of a string" };
}

function endOfNumber(text: string, from: number): number | JsonFault {
  let offset = text[from] === "-" ? from + 1 : from;
  const digits = (): boolean => {
    const start = offset;
    while (offset < text.length && text[offset]! >= "0" && text[offset]! <= "9") offset++;
    return offset > start;
  };
  if (text[offset] === "0") offset++;
  else if (!digits()) return { offset, expected: offset === from ? "a value" : "a digit" };
  if (text[offset] === ".") {
    offset++;
    if (!digits()) return { offset, expected: "a digit" };
  }
  if (text[offset] === "e" || text[offset] === "E") {
    offset++;
    if (text[offset] === "+" || text[offset] === "-") offset++;
    if (!digits()) return { offset, expected: "a digit" };
  }
  return offset;
}
