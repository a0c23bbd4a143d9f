import { lookUp, type Registry } from "../base/registry.ts";
import type { EventEnergy } from "./post-pass.ts";
import type { HowSure } from "./technology.ts";

/** One term of a DRAM's energy: so many picojoules for each activation, or for each bit moved. */
export interface DramEnergyTerm {
  readonly id: string;
  readonly per: "activation" | "bit";
  readonly picojoules: number;
  readonly source: string;
  readonly howSure: HowSure;
}

/** A way to split the energy of HBM2; never scaled by a calibration. */
export interface DramEnergyPreset {
  readonly id: "three-terms" | "on-die-and-interface";
  readonly source: string;
  readonly terms: readonly DramEnergyTerm[];
}

const OCONNOR = "O'Connor et al., Fine-Grained DRAM, MICRO 2017";

/** The two restatements of the source that SpAtten cites; the paper itself prints no constants. */
export const dramEnergyPresets: Registry<DramEnergyPreset> = [
  {
    id: "three-terms",
    source: `${OCONNOR}, table 3 as restated`,
    terms: [
      {
        id: "activate",
        per: "activation",
        picojoules: 909,
        source: `${OCONNOR}: one activation of a 1 KB row; four restatements agree`,
        howSure: "restated",
      },
      {
        id: "before-sense-amplifiers",
        per: "bit",
        picojoules: 1.51,
        source: `${OCONNOR}: data movement up to the global sense amplifiers`,
        howSure: "restated",
      },
      {
        id: "after-sense-amplifiers",
        per: "bit",
        picojoules: 1.17,
        source: `${OCONNOR}: data movement from them to the pads`,
        howSure: "restated",
      },
      { id: "interface", per: "bit", picojoules: 0.8, source: `${OCONNOR}: I/O`, howSure: "restated" },
    ],
  },
  {
    id: "on-die-and-interface",
    source: `${OCONNOR}, other restatements: 3.92 pJ/bit with ECC, activation averaged`,
    terms: [
      {
        id: "on-die",
        per: "bit",
        picojoules: 2.24,
        source: `${OCONNOR}: on-die movement`,
        howSure: "restated",
      },
      { id: "interface", per: "bit", picojoules: 0.3, source: `${OCONNOR}: I/O`, howSure: "restated" },
      {
        id: "activation-averaged",
        per: "bit",
        picojoules: 1.21,
        source: `${OCONNOR}: activation, averaged over the bits moved`,
        howSure: "restated",
      },
    ],
  },
];

/** Events by which a machine counts its DRAM work. */
export const DRAM_ACTIVATE_EVENT = "dramActivates";
export const DRAM_BIT_EVENT = "dramTransferredBits";

/** Energy of the two DRAM events under a preset. @throws SpattenError `config` for an unknown preset. */
export function dramEventEnergies(presetId: string): readonly EventEnergy[] {
  const preset = lookUp(dramEnergyPresets, presetId, "DRAM energy table");
  const sum = (per: DramEnergyTerm["per"]): number =>
    preset.terms.filter((term) => term.per === per).reduce((total, term) => total + term.picojoules, 0);
  const row = (event: string, picojoules: number): EventEnergy => ({
    event,
    unit: "dram",
    category: "dram",
    picojoules,
    source: preset.source,
    howSure: "restated",
  });
  return [row(DRAM_ACTIVATE_EVENT, sum("activation")), row(DRAM_BIT_EVENT, sum("bit"))];
}
