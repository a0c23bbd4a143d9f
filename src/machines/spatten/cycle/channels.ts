import { SpattenError } from "../../../base/errors.ts";
import { lookUp } from "../../../base/registry.ts";
import { addressMaps } from "../../../hardware/dram/address-maps.ts";
import { compileDevice } from "../../../hardware/dram/compile-device.ts";
import type { DramDevice } from "../../../hardware/dram/device.ts";
import { dramDevices } from "../../../hardware/dram/devices/registry.ts";
import type { DramChannel } from "../../../hardware/dram/dram-channel.ts";
import { EventDramChannel } from "../../../hardware/dram/event-channel.ts";
import { IDEAL_DEVICE, type MemoryParameters } from "../parameters.ts";
import { IdealChannel } from "./ideal-channel.ts";
import { type CycleOptions, FETCH_PATH_CYCLES } from "./options.ts";

type DramParameters = Pick<MemoryParameters, "dram">;

/** The paper's HBM2 (Table I): 16 channels of 32 GB/s. */
export const DEFAULT_DRAM_DEVICE = "hbm2-2gbps";

/**
 * The map inside a channel: Table I's 32 GB/s a channel are both of its pseudo channels, so a row of K that a head reads
 * must lie in both; the device's own map keeps 1 KiB in one of them.
 */
export const DEFAULT_ADDRESS_MAP = "RoBaCoBgRa";

/** The DRAM device that the parameters name, under their address map. @throws SpattenError `config` for unknown ones. */
export function deviceOf(parameters: DramParameters): DramDevice {
  const { deviceName = DEFAULT_DRAM_DEVICE, addressMapName = DEFAULT_ADDRESS_MAP } = parameters.dram;
  const addressMap = lookUp(addressMaps, addressMapName, "address map").id;
  return { ...lookUp(dramDevices, deviceName, "DRAM device"), addressMap };
}

/** Latency of a channel without banks, where `dram.deviceName` is `ideal` or a test asks for it. */
export function idealLatencyCycles({ dram }: DramParameters, options: CycleOptions): number | undefined {
  if (options.idealDramLatencyCycles !== undefined) return options.idealDramLatencyCycles;
  return dram.deviceName === IDEAL_DEVICE ? Math.max(1, dram.latencyCycles - FETCH_PATH_CYCLES) : undefined;
}

/** The machine's channels. @throws SpattenError `config` where an access of the device is not a transaction. */
export function createChannels(parameters: DramParameters, options: CycleOptions): DramChannel[] {
  const { channelCount, transactionBytes } = parameters.dram;
  const idealDramLatencyCycles = idealLatencyCycles(parameters, options);
  if (idealDramLatencyCycles !== undefined) {
    return Array.from({ length: channelCount }, () => new IdealChannel(idealDramLatencyCycles));
  }
  const device = deviceOf(parameters);
  const { accessBytes } = device.organization;
  if (accessBytes !== transactionBytes) {
    throw new SpattenError("config", `a transaction must be an access of DRAM device "${device.id}"`, {
      where: "dram.transactionBytes",
      got: String(transactionBytes),
      expected: String(accessBytes),
    });
  }
  const compiled = compileDevice(device);
  const outstandingLimit = parameters.dram.outstandingReadLimit;
  return Array.from({ length: channelCount }, () => new EventDramChannel(compiled, { outstandingLimit }));
}
