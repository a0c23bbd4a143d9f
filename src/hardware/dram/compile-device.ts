import { SpattenError } from "../../base/errors.ts";
import { type AddressBits, addressBits } from "./address-maps.ts";
import { dramCommands } from "./commands.ts";
import { type DramDevice, parseDramDevice } from "./device.ts";

/** Levels by number, from the outside in. */
export const CHANNEL_LEVEL = 0;
export const PSEUDO_CHANNEL_LEVEL = 1;
export const BANK_GROUP_LEVEL = 2;
export const BANK_LEVEL = 3;

/** A constraint with its cycles worked out. */
export interface CompiledConstraint {
  readonly level: number;
  readonly preceding: readonly number[];
  readonly following: readonly number[];
  readonly cycles: number;
  readonly window: number;
  readonly reason: string;
}

/** A device with every function evaluated and every name a number. */
export interface CompiledDevice {
  readonly device: DramDevice;
  readonly pseudoChannelCount: number;
  readonly groupCount: number;
  readonly bankCount: number;
  readonly banksPerGroup: number;
  readonly banksPerPseudoChannel: number;
  readonly address: AddressBits;
  readonly capacityBytes: number;
  readonly burstCycles: number;
  readonly readLatencyCycles: number;
  /** 0 where nothing is refreshed. */
  readonly refreshIntervalCycles: number;
  readonly constraints: readonly CompiledConstraint[];
}

/** Bits of one word stand for the banks of a channel. */
export const MOST_BANKS = 32;
const LARGEST_CAPACITY_BYTES = 2 ** 32;
const LONGEST_LATENCY_CYCLES = 1 << 20;

/** Checks and evaluates a device. @throws SpattenError `config`. */
export function compileDevice(value: DramDevice): CompiledDevice {
  const device = parseDramDevice(value, typeof value?.id === "string" ? value.id : undefined);
  const {
    pseudoChannels,
    bankGroups,
    banksPerGroup,
    rows,
    columnAddresses,
    columnAddressBytes,
    accessBytes,
  } = device.organization;
  const groupCount = pseudoChannels * bankGroups;
  const bankCount = groupCount * banksPerGroup;
  refuseUnless(bankCount <= MOST_BANKS, device, "organization", bankCount, `at most ${MOST_BANKS} banks`);
  const capacityBytes = bankCount * rows * columnAddresses * columnAddressBytes;
  refuseUnless(
    capacityBytes <= LARGEST_CAPACITY_BYTES,
    device,
    "organization",
    capacityBytes,
    `at most ${LARGEST_CAPACITY_BYTES} bytes`,
  );
  refuseUnless(
    accessBytes >= columnAddressBytes && accessBytes <= columnAddresses * columnAddressBytes,
    device,
    "organization.accessBytes",
    accessBytes,
    `${columnAddressBytes} to ${columnAddresses * columnAddressBytes}`,
  );
  const { controller, refresh } = device;
  refuseUnless(
    controller.writeLowWatermark <= controller.writeHighWatermark,
    device,
    "controller.writeLowWatermark",
    controller.writeLowWatermark,
    `at most writeHighWatermark, ${controller.writeHighWatermark}`,
  );
  const constraints = compileConstraints(device);
  const refreshIntervalCycles =
    refresh.kind === "none" ? 0 : evaluate(device, "refresh.intervalCycles", refresh.intervalCycles, 1);
  // Refreshes come in turn and go before everything else: with less between them nothing else would ever be served.
  const leastInterval = 2 * pseudoChannels * Math.max(1, ...constraints.map((row) => row.cycles));
  refuseUnless(
    refresh.kind === "none" || refreshIntervalCycles >= leastInterval,
    device,
    "refresh.intervalCycles",
    refreshIntervalCycles,
    `at least ${leastInterval}, or requests starve`,
  );
  return {
    device,
    pseudoChannelCount: pseudoChannels,
    groupCount,
    bankCount,
    banksPerGroup,
    banksPerPseudoChannel: bankGroups * banksPerGroup,
    address: addressBits(
      device.addressMap,
      {
        pseudoChannel: pseudoChannels,
        bankGroup: bankGroups,
        bank: banksPerGroup,
        row: rows,
        column: columnAddresses,
      },
      columnAddressBytes,
    ),
    capacityBytes,
    burstCycles: evaluate(device, "burstCycles", device.burstCycles, 1),
    readLatencyCycles: evaluate(device, "readLatencyCycles", device.readLatencyCycles, 1),
    refreshIntervalCycles,
    constraints,
  };
}

function compileConstraints(device: DramDevice): CompiledConstraint[] {
  return device.constraints.map((constraint, index) => {
    const where = `constraints.${index}`;
    const level = device.levels.indexOf(constraint.level);
    refuseUnless(
      level >= 0,
      device,
      `${where}.level`,
      `"${constraint.level}"`,
      `one of ${device.levels.join(", ")}`,
    );
    return {
      level,
      preceding: constraint.preceding.map((command) => dramCommands.indexOf(command)),
      following: constraint.following.map((command) => dramCommands.indexOf(command)),
      cycles: evaluate(device, `${where}.latency (${constraint.reason})`, constraint.latency, 0),
      window: constraint.window ?? 1,
      reason: constraint.reason,
    };
  });
}

/** A misspelt timing parameter gives NaN, and is refused here. */
function evaluate(
  device: DramDevice,
  key: string,
  cyclesOf: (timing: Readonly<Record<string, number>>) => number,
  least: number,
): number {
  const cycles: unknown = cyclesOf(device.timing);
  refuseUnless(
    typeof cycles === "number" &&
      Number.isInteger(cycles) &&
      cycles >= least &&
      cycles <= LONGEST_LATENCY_CYCLES,
    device,
    key,
    String(cycles),
    `whole cycles from ${least} to ${LONGEST_LATENCY_CYCLES}`,
  );
  return cycles as number;
}

function refuseUnless(
  isFine: boolean,
  device: DramDevice,
  key: string,
  got: number | string,
  expected: string,
): void {
  if (isFine) return;
  throw new SpattenError("config", "invalid DRAM device", {
    where: `${device.id} at ${key}`,
    got: String(got),
    expected,
  });
}
