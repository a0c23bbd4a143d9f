import { compileDevice } from "../../hardware/dram/compile-device.ts";
import { hbm2Ramulator2Device } from "../../hardware/dram/devices/hbm2-ramulator2-2023.ts";
import { ReadDramChannel } from "../../hardware/dram/read-channel.ts";
import { OUTSTANDING_READ_LIMIT, type ReadChannel } from "./read-channel.ts";

/** The memory that the release simulates, a channel for each call (hardware.md 5); its twin is `dram-5-1.reference.ts`. */
export function releaseChannels(count: number): ReadChannel[] {
  const device = compileDevice(hbm2Ramulator2Device);
  const createChannel = () => new ReadDramChannel(device, { outstandingLimit: OUTSTANDING_READ_LIMIT });
  return Array.from({ length: count }, createChannel);
}
