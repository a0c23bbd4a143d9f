/** Text of tokens that come one by one. */
export interface TextStream {
  /** Takes a token: the text that is settled by it, and whether a stop was met. */
  push(id: number): StreamedText;
  /** What was held back until nothing more comes. */
  end(): string;
}

export interface StreamedText {
  readonly text: string;
  /** The text behind a stop, and the stop itself, are left out. */
  readonly isStopped: boolean;
}

/** What a decoder gives for bytes that are no character yet. */
const INCOMPLETE = "\uFFFD";

/**
 * The text of a growing list of tokens, piece by piece: a character whose bytes are spread over tokens waits for the last
 * of them, and what may be the beginning of a stop waits until it is none.
 */
export function createTextStream(
  decode: (ids: readonly number[]) => string,
  stops: readonly string[] = [],
): TextStream {
  const ids: number[] = [];
  let given = 0;
  let whole = "";
  return {
    push: (id) => {
      ids.push(id);
      whole = decode(ids);
      const stop = firstStop(whole, stops, given);
      if (stop !== undefined) {
        const text = whole.slice(given, stop);
        whole = whole.slice(0, stop);
        given = stop;
        return { text, isStopped: true };
      }
      const settled = Math.max(given, whole.length - heldBack(whole, stops));
      const text = whole.slice(given, settled);
      given = settled;
      return { text, isStopped: false };
    },
    end: () => {
      const text = whole.slice(given);
      given = whole.length;
      return text;
    },
  };
}

function firstStop(text: string, stops: readonly string[], from: number): number | undefined {
  const places = stops.map((stop) => text.indexOf(stop, from)).filter((place) => place >= 0);
  return places.length === 0 ? undefined : Math.min(...places);
}

/** Length of the end that may still change, or become a stop. */
function heldBack(text: string, stops: readonly string[]): number {
  let open = 0;
  while (open < 4 && text.endsWith(INCOMPLETE, text.length - open)) open++;
  const closed = text.slice(0, text.length - open);
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, closed.length); length > longest; length--) {
      if (closed.endsWith(stop.slice(0, length))) longest = length;
    }
  }
  return open + longest;
}
