import { SpattenError } from "../../base/errors.ts";
import { ACTIVATE, COMMAND_COUNT, dramCommands, PRECHARGE, PRECHARGE_ALL, REFRESH_ALL } from "./commands.ts";
import {
  BANK_GROUP_LEVEL,
  BANK_LEVEL,
  CHANNEL_LEVEL,
  type CompiledDevice,
  PSEUDO_CHANNEL_LEVEL,
} from "./compile-device.ts";

/** Bank and group constraints are shorter than this; a power of two. */
export const RING_TICKS = 128;

/** After a command, these may not follow for so many cycles. */
export interface Effect {
  readonly following: number;
  readonly cycles: number;
}

/** A table as the event-driven controller reads it: what each command forbids, at each level, and the one window. */
export interface EffectiveConstraints {
  /** `effects[level][command]`. */
  readonly effects: readonly (readonly (readonly Effect[])[])[];
  /** The four-activate window: ACT to ACT in a pseudo channel. Zero cycles where there is none. */
  readonly windowCount: number;
  readonly windowCycles: number;
}

/** Leaves out what can never bind; a property test compares with a controller that asks every row. */
export function effectiveConstraints(compiled: CompiledDevice): EffectiveConstraints {
  const levels = [CHANNEL_LEVEL, PSEUDO_CHANNEL_LEVEL, BANK_GROUP_LEVEL, BANK_LEVEL];
  const strongest = levels.map(() => new Int32Array(COMMAND_COUNT * COMMAND_COUNT));
  let windowCount = 1;
  let windowCycles = 0;
  compiled.constraints.forEach((row, index) => {
    for (const preceding of row.preceding) {
      for (const following of row.following) {
        if (row.window > 1) {
          const isActivate = preceding === ACTIVATE && following === ACTIVATE;
          if (!isActivate || row.level !== PSEUDO_CHANNEL_LEVEL || windowCycles > 0)
            throw unsupported(compiled, index, `one window, ACT to ACT at level ${levelName(compiled)}`);
          windowCount = row.window;
          windowCycles = row.cycles;
        } else {
          requireWholePseudoChannel(compiled, index, row.level, following);
          if (row.level >= BANK_GROUP_LEVEL && row.cycles >= RING_TICKS)
            throw unsupported(compiled, index, `less than ${RING_TICKS} cycles in a bank or group`);
          const at = preceding * COMMAND_COUNT + following;
          strongest[row.level]![at] = Math.max(strongest[row.level]![at]!, row.cycles);
        }
      }
    }
  });
  const isRefreshed = compiled.refreshIntervalCycles > 0;
  const binds = (level: number, preceding: number, following: number): boolean => {
    const at = preceding * COMMAND_COUNT + following;
    const cycles = strongest[level]![at]!;
    if (cycles === 0) return false;
    if (!isRefreshed && Math.max(preceding, following) >= PRECHARGE_ALL) return false;
    // A wider level asks for as much.
    if (strongest.slice(0, level).some((wider) => wider[at]! >= cycles)) return false;
    return (
      !(level === BANK_LEVEL && preceding === ACTIVATE && following === ACTIVATE) ||
      !isRowCycleImplied(cycles)
    );
  };
  /** A bank is closed between two activates, so tRAS + tRP may already be tRC. */
  const isRowCycleImplied = (cycles: number): boolean => {
    const path = (level: number, close: number) =>
      strongest[level]![ACTIVATE * COMMAND_COUNT + close]! +
      strongest[level]![close * COMMAND_COUNT + ACTIVATE]!;
    return (
      path(BANK_LEVEL, PRECHARGE) >= cycles &&
      (!isRefreshed || path(PSEUDO_CHANNEL_LEVEL, PRECHARGE_ALL) >= cycles)
    );
  };
  const commands = dramCommands.map((_, index) => index);
  return {
    effects: levels.map((level) =>
      commands.map((preceding) =>
        commands
          .filter((following) => binds(level, preceding, following))
          .map((following) => ({
            following,
            cycles: strongest[level]![preceding * COMMAND_COUNT + following]!,
          })),
      ),
    ),
    windowCount,
    windowCycles,
  };
}

/** Precharge-all and refresh look at their pseudo channel only. */
function requireWholePseudoChannel(
  compiled: CompiledDevice,
  index: number,
  level: number,
  following: number,
): void {
  if ((following === PRECHARGE_ALL || following === REFRESH_ALL) && level > PSEUDO_CHANNEL_LEVEL) {
    throw unsupported(compiled, index, `PREab and REFab after others at level ${levelName(compiled)}`);
  }
}

function levelName(compiled: CompiledDevice): string {
  return compiled.device.levels[PSEUDO_CHANNEL_LEVEL];
}

function unsupported(compiled: CompiledDevice, index: number, expected: string): SpattenError {
  return new SpattenError("config", "a constraint that the event-driven controller does not know", {
    where: `${compiled.device.id} at constraints.${index}`,
    got: compiled.constraints[index]!.reason,
    expected,
  });
}
