import type { Provenance } from "../report/run-document.ts";
import type { Spatten } from "../spatten.ts";
import type { OutputStream, Style } from "./terminal.ts";

/** What every command is given; nothing of it is global. */
export interface CommandContext {
  readonly signal: AbortSignal;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly style: Style;
  readonly clock: () => number;
  /** Exit code of a command that ends without an error and yet has to tell a script something. */
  readonly endWith: (exitCode: number) => void;
  /** Files of the user's plug-ins, for threads that load them again. */
  readonly plugins: () => readonly string[];
  /** The package with the user's plug-ins; loaded once, when a command needs it. */
  readonly spatten: () => Promise<Spatten>;
  /** Version, commit and runtime of this installation. */
  readonly provenance: () => Promise<Omit<Provenance, "configHash" | "seed">>;
}
