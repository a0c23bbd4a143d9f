import { inertText } from "../report/inert-text.ts";

export type Paint = (text: string) => string;

/** What is printed to: a stream of Node, or whatever collects the text. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** How to emphasise on a stream; plain text where it is no terminal or colour is unwanted. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly accent: Paint;
  readonly warn: Paint;
  readonly columns: number;
}

const plain: Paint = (text) => text;
const NARROWEST = 60;
const WIDEST = 120;

/** The style of a stream: NO_COLOR, FORCE_COLOR, TERM=dumb and redirection are honoured. */
export function styleOf(stream: OutputStream, environment: NodeJS.ProcessEnv): Style {
  const columns = Math.min(WIDEST, Math.max(NARROWEST, stream.columns ?? 100));
  if (!wantsColour(stream, environment)) {
    return { bold: plain, dim: plain, accent: plain, warn: plain, columns };
  }
  const code =
    (open: number, close: number): Paint =>
    (text) =>
      `\u001b[${open}m${text}\u001b[${close}m`;
  return { bold: code(1, 22), dim: code(2, 22), accent: code(36, 39), warn: code(31, 39), columns };
}

function wantsColour(stream: OutputStream, environment: NodeJS.ProcessEnv): boolean {
  if ((environment.NO_COLOR ?? "") !== "") return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && environment.TERM !== "dumb";
}

/** A text from outside, safe to print. */
export const safe = inertText;

/** Text padded to a width in UTF-16 units, at its end or its start. */
export function padTo(text: string, width: number, side: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - text.length));
  return side === "left" ? text + space : space + text;
}

/** A bar of block characters, `part` of `width` long, at eighths of a character. */
export function bar(part: number, width: number): string {
  const eighths = Math.max(0, Math.min(width * 8, Math.round(part * width * 8)));
  const rest = eighths % 8;
  return "█".repeat(Math.floor(eighths / 8)) + (rest === 0 ? "" : ("▏▎▍▌▋▊▉"[rest - 1] ?? ""));
}
