import { spattenPresets } from "../spatten/presets.ts";
import type { RivalParameters } from "./parameters.ts";

/** The machine that Table III holds the rivals against: its multipliers, clock, DRAM and energy tables are theirs too. */
const { parameters: eighth } = spattenPresets.find(({ id }) => id === "spatten-eighth")!;

/** 128 multipliers, 1 GHz, 64 GB/s, the DRAM and the tables of `spatten-eighth`; choices as each row of `sources` says. */
export const normalised: Omit<RivalParameters, "dramElementBits"> = {
  clockGigahertz: eighth.clockGigahertz,
  multiplierCountPerModule: eighth.multiplierCountPerModule,
  dram: eighth.dram,
  fetcher: eighth.fetcher,
  keyCapacityCount: 320,
  sramBankCount: eighth.sramBankCount,
  work: "dense",
  keyValueReuse: "resident",
  beyondCapacity: "tiles",
  conventions: {
    operationsPerMultiplyAccumulate: 2,
    operations: "dense-equivalent",
    dramEnergy: "included",
  },
  energy: { ...eighth.energy, onChip: "tables" },
};

/** Marks a figure that was remembered and not read again. */
export const UNCONFIRMED = "unconfirmed (remembered, not read again): ";

/** Where each figure above comes from. */
export const normalisedSources = {
  clockGigahertz: "SpAtten (HPCA 2021), Table III: 1 GHz",
  multiplierCountPerModule: `Table III: 128 multipliers; ${UNCONFIRMED}64 for Q·K and 64 for prob·V`,
  dram: "Table III: 64 GB/s; device, latency and efficiency as preset spatten-eighth",
  fetcher: "assumed: as preset spatten-eighth",
  sramBankCount: "assumed: as preset spatten-eighth, so that a bit from SRAM costs about as much",
  work: "Table III: no cascade pruning, so all tokens and heads are computed",
  keyValueReuse: "assumed: fetched once a head; per query, 64 GB/s would be the bound",
  beyondCapacity: "assumed: Table III does not say how sequences that do not fit are run",
  conventions: "Table III: dense-equivalent operations, a multiply-accumulate as two, DRAM paid",
  energy: "the tables of preset spatten-eighth",
} as const;
