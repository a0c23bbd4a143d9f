// Control characters, invisible characters and bidirectional marks: on a terminal they move the cursor or colour the
// screen, on a page they reorder what a reader sees.
const ACTIVE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** The text with every active character shown by its code point: `\u{1b}`. Safe on a terminal; a page escapes it too. */
export function inertText(text: string): string {
  return text.replace(ACTIVE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** JSON with two spaces of indent whose strings hold no active character; still the same value when parsed. */
export function inertJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(ACTIVE, (character) => {
    if (character === "\n") return character;
    let escaped = "";
    for (let unit = 0; unit < character.length; unit++) {
      escaped += `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`;
    }
    return escaped;
  });
}
