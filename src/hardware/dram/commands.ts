/** The commands that controllers issue; their order numbers them in every compiled table. */
export const dramCommands = ["ACT", "PRE", "RD", "WR", "PREab", "REFab"] as const;

export type DramCommand = (typeof dramCommands)[number];

export const ACTIVATE = 0;
export const PRECHARGE = 1;
export const READ = 2;
export const WRITE = 3;
export const PRECHARGE_ALL = 4;
export const REFRESH_ALL = 5;
export const COMMAND_COUNT = 6;

/** Told of every command and every acceptance, for traces; nothing is called when there is none. */
export interface DramObserver {
  /** `row` and `column` are those of the request that the command serves; -1 where it serves none. */
  command(tick: number, command: number, bank: number, row: number, column: number): void;
  /** A request entered its queue; cycle and tag. */
  accepted(cycle: number, tag: number): void;
}
