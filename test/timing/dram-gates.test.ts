import { describe, expect, it } from "vitest";
import { BankTiming } from "../../src/hardware/dram/bank-timing.ts";
import { ACTIVATE, dramCommands, PRECHARGE, PRECHARGE_ALL, READ } from "../../src/hardware/dram/commands.ts";
import {
  BANK_GROUP_LEVEL,
  BANK_LEVEL,
  CHANNEL_LEVEL,
  type CompiledConstraint,
  type CompiledDevice,
  compileDevice,
} from "../../src/hardware/dram/compile-device.ts";
import type { DramDevice } from "../../src/hardware/dram/device.ts";
import { dramDevices } from "../../src/hardware/dram/devices/registry.ts";
import { NaiveTiming } from "../../src/hardware/dram/naive-controller.reference.ts";

const START_TICK = 1000;

/** What a timing part can be asked, whatever is behind it. */
interface Gate {
  issue(command: number, bank: number, tick: number): void;
  isReady(command: number, bank: number, tick: number): boolean;
}

function fastGate(compiled: CompiledDevice): Gate {
  const timing = new BankTiming(compiled);
  return {
    issue(command, bank, tick) {
      timing.advance(tick);
      if (command === ACTIVATE) timing.issueActivate(bank, tick);
      else if (command === PRECHARGE) timing.issuePrecharge(bank, tick);
      else if (command === READ) timing.issueRead(bank, tick);
      else timing.issueOther(command, bank, tick);
    },
    isReady(command, bank, tick) {
      timing.advance(tick);
      if (command >= PRECHARGE_ALL) {
        return timing.laneReadyTick(command, Math.floor(bank / compiled.banksPerPseudoChannel)) <= tick;
      }
      return timing.ready(command, 1 << bank, tick) !== 0;
    },
  };
}

const gates: readonly (readonly [string, (compiled: CompiledDevice) => Gate])[] = [
  ["cycle by cycle", (compiled) => new NaiveTiming(compiled)],
  ["event-driven", fastGate],
];

/** A pair of banks that share a node of the level and, where that can be, nothing below it; and one outside. */
function banksAt(level: number, compiled: CompiledDevice): { near: number; far: number | undefined } {
  const { bankCount, banksPerGroup, banksPerPseudoChannel } = compiled;
  const inside = { [CHANNEL_LEVEL]: banksPerPseudoChannel, 1: banksPerGroup, 2: 1, 3: 0 }[level]!;
  const outside = { [CHANNEL_LEVEL]: bankCount, 1: banksPerPseudoChannel, 2: banksPerGroup, 3: 1 }[level]!;
  return { near: inside < bankCount ? inside : 0, far: outside < bankCount ? outside : undefined };
}

/** The device with this row and no other. */
function alone(compiled: CompiledDevice, constraint: CompiledConstraint): CompiledDevice {
  return { ...compiled, constraints: [constraint] };
}

/** Issues the preceding command `window` times, the last ones as late as can be, and returns the tick that counts. */
function precede(gate: Gate, command: number, window: number): number {
  for (let index = 0; index < window; index++) gate.issue(command, 0, START_TICK + index);
  return START_TICK;
}

/** PREab and REFab speak to a whole pseudo channel, so the second of its banks is no other node. */
const isWide = (command: number): boolean => command >= PRECHARGE_ALL;

function pairsOf(device: DramDevice) {
  const compiled = compileDevice(device);
  return compiled.constraints.flatMap((constraint, index) =>
    constraint.preceding.flatMap((preceding) =>
      constraint.following.map((following) => ({
        name:
          `${index}: ${dramCommands[preceding]} → ${dramCommands[following]} in a ` +
          `${device.levels[constraint.level]}, ${constraint.cycles} cycles (${constraint.reason})`,
        compiled,
        constraint,
        preceding,
        following,
      })),
    ),
  );
}

describe.each(dramDevices.map((device) => [device.id, device] as const))("the gates of %s", (_, device) => {
  const pairs = pairsOf(device);

  it.each(pairs)("are tight: $name", ({ compiled, constraint, preceding, following }) => {
    const single = { ...constraint, preceding: [preceding], following: [following] };
    for (const [name, create] of gates) {
      const { near, far } = banksAt(constraint.level, compiled);
      // Where a command speaks to a whole pseudo channel, take its first bank.
      const bank = isWide(following) && constraint.level !== CHANNEL_LEVEL ? 0 : near;
      const device = { ...alone(compiled, single), refreshIntervalCycles: 1 };
      const early = create(device);
      const counts = precede(early, preceding, constraint.window);
      const ready = counts + constraint.cycles;
      // The tick of the last command itself is over.
      const last = counts + constraint.window - 1;
      if (ready - 1 > last) expect(early.isReady(following, bank, ready - 1), `${name} before`).toBe(false);
      expect(early.isReady(following, bank, ready), `${name} at`).toBe(true);
      if (far !== undefined && !(isWide(preceding) && constraint.level >= BANK_GROUP_LEVEL)) {
        const other = create(device);
        precede(other, preceding, constraint.window);
        expect(other.isReady(following, far, last + 1), `${name} elsewhere`).toBe(true);
      }
    }
  });

  it("together open where the strongest row that binds opens, in both forms", () => {
    const { compiled } = pairs[0]!;
    const { bankCount, banksPerGroup, banksPerPseudoChannel } = compiled;
    const widths = [bankCount, banksPerPseudoChannel, banksPerGroup, 1];
    for (const { preceding, following } of pairs) {
      // Without refresh the event-driven form leaves its commands out: they are never issued.
      if (compiled.refreshIntervalCycles === 0 && (isWide(preceding) || isWide(following))) continue;
      // One command of each kind; a window needs more, and has its gate above.
      for (let bank = 0; bank < bankCount; bank++) {
        if (isWide(following) && bank % banksPerPseudoChannel !== 0) continue;
        if (preceding === following && preceding === ACTIVATE && bank === 0) continue;
        const binding = compiled.constraints.filter(
          (row) =>
            row.window === 1 &&
            row.preceding.includes(preceding) &&
            row.following.includes(following) &&
            (bank < widths[row.level]! || (isWide(preceding) && bank < banksPerPseudoChannel)),
        );
        const cycles = Math.max(1, ...binding.map((row) => row.cycles));
        for (const [name, create] of gates) {
          const gate = create(compiled);
          gate.issue(preceding, 0, START_TICK);
          const what = `${name}: ${dramCommands[preceding]} → ${dramCommands[following]} of bank ${bank}`;
          if (cycles > 1) expect(gate.isReady(following, bank, START_TICK + cycles - 1), what).toBe(false);
          expect(gate.isReady(following, bank, START_TICK + cycles), what).toBe(true);
        }
      }
    }
  });

  it("has rows for every level and every command that its refresh needs", () => {
    const levels = new Set(pairs.map((pair) => pair.constraint.level));
    expect(levels.has(BANK_LEVEL)).toBe(true);
    const isRefreshed = device.refresh.kind === "all-bank";
    const refreshing = pairs.filter((pair) => isWide(pair.preceding) || isWide(pair.following));
    if (isRefreshed) expect(refreshing.length).toBeGreaterThan(5);
  });
});
