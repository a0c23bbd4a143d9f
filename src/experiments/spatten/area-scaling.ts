import { lookUp } from "../../base/registry.ts";
import { moduleAreas } from "../../machines/spatten/area-table.ts";
import { type Module, modules } from "../../machines/spatten/energy-table.ts";
import type { SpattenParameters } from "../../machines/spatten/parameters.ts";
import { spattenPresets } from "../../machines/spatten/presets.ts";

/** What doubling one parameter does to the area, bottom-up. */
export interface AreaScalingRow {
  readonly parameter: string;
  /** Area with twice the parameter ÷ area of the preset. */
  readonly totalRatio: number;
  /** Modules that grow, each with its own ratio. */
  readonly moduleRatios: Readonly<Partial<Record<Module, number>>>;
}

/** The machine with twice of one parameter. */
export const doublings = {
  multiplierCountPerModule: (old) => ({ ...old, multiplierCountPerModule: 2 * old.multiplierCountPerModule }),
  softmaxParallelism: (old) => ({ ...old, softmaxParallelism: 2 * old.softmaxParallelism }),
  topKComparatorCount: (old) => ({ ...old, topKComparatorCount: 2 * old.topKComparatorCount }),
  topKCapacityCount: (old) => ({ ...old, topKCapacityCount: 2 * old.topKCapacityCount }),
  "keySramBytes and valueSramBytes": (old) => ({
    ...old,
    keySramBytes: 2 * old.keySramBytes,
    valueSramBytes: 2 * old.valueSramBytes,
  }),
  datapathBits: (old) => ({ ...old, datapathBits: 2 * old.datapathBits }),
  "fetcher.portCount": (old) => ({
    ...old,
    fetcher: { ...old.fetcher, portCount: 2 * old.fetcher.portCount },
  }),
  "fetcher.fifoDepth": (old) => ({
    ...old,
    fetcher: { ...old.fetcher, fifoDepth: 2 * old.fetcher.fifoDepth },
  }),
  "dram.channelCount": (old) => ({ ...old, dram: { ...old.dram, channelCount: 2 * old.dram.channelCount } }),
} satisfies Readonly<Record<string, (old: SpattenParameters) => SpattenParameters>>;

/** What each area does as a parameter doubles, on preset `spatten`. */
export function areaScaling(): AreaScalingRow[] {
  const { parameters } = lookUp(spattenPresets, "spatten", "machine preset");
  const before = moduleAreas(parameters);
  const sum = (areas: Readonly<Record<Module, number>>): number =>
    modules.reduce((total, module) => total + areas[module], 0);
  return Object.entries(doublings).map(([parameter, change]) => {
    const after = moduleAreas(change(parameters));
    const grown = modules.filter((module) => after[module] !== before[module]);
    return {
      parameter,
      totalRatio: sum(after) / sum(before),
      moduleRatios: Object.fromEntries(grown.map((module) => [module, after[module] / before[module]])),
    };
  });
}
