import type { Registry } from "../../../base/registry.ts";
import type { DramDevice } from "../device.ts";
import { ddr4Device } from "./ddr4-3200.ts";
import { hbm2Device, hbm2WithoutRefreshDevice } from "./hbm2-2gbps.ts";
import { hbm2Ramulator2Device } from "./hbm2-ramulator2-2023.ts";

/** The devices by name; another standard is another row. */
export const dramDevices: Registry<DramDevice> = [
  hbm2Ramulator2Device,
  hbm2Device,
  hbm2WithoutRefreshDevice,
  ddr4Device,
];
