import { type DramObserver, dramCommands } from "./commands.ts";
import type { CompiledDevice } from "./compile-device.ts";

const LINES_PER_PIECE = 1 << 14;

/**
 * Every command as a line `tick, command, channel, pseudochannel, bankgroup, bank, row, column`: the first tick is 1,
 * row and column are those of the request that the command serves, -1 where it serves none.
 */
export class CommandLog implements DramObserver {
  private readonly compiled: CompiledDevice;
  private readonly pieces: string[] = [];
  private lines: string[] = [];

  constructor(compiled: CompiledDevice) {
    this.compiled = compiled;
  }

  command(tick: number, command: number, bank: number, row: number, column: number): void {
    const { banksPerGroup, banksPerPseudoChannel } = this.compiled;
    const pseudoChannel = Math.floor(bank / banksPerPseudoChannel);
    const group = Math.floor((bank % banksPerPseudoChannel) / banksPerGroup);
    const place = `${pseudoChannel}, ${group}, ${bank % banksPerGroup}`;
    this.lines.push(`${tick}, ${dramCommands[command]!}, 0, ${place}, ${row}, ${column}\n`);
    if (this.lines.length === LINES_PER_PIECE) this.endPiece();
  }

  accepted(): void {}

  /** The text, in pieces that a file takes one by one. */
  text(): readonly string[] {
    this.endPiece();
    return this.pieces;
  }

  private endPiece(): void {
    if (this.lines.length > 0) this.pieces.push(this.lines.join(""));
    this.lines = [];
  }
}
