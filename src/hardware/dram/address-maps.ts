import { lookUp, type Registry } from "../../base/registry.ts";

export type AddressField = "pseudoChannel" | "bankGroup" | "bank" | "row" | "column";

/** Which bits of a channel-local address say what, from the lowest field to the highest. */
export interface AddressMap {
  readonly id: string;
  readonly source: string;
  readonly lowToHigh: readonly AddressField[];
}

/** Named as Ramulator does, from high to low; Ra is the pseudo channel or rank, Ba the group below the bank. */
export const addressMaps: Registry<AddressMap> = [
  {
    id: "RoBaRaCoCh",
    source: "Ramulator 2, the official release's choice (hardware.md 3)",
    lowToHigh: ["column", "pseudoChannel", "bankGroup", "bank", "row"],
  },
  {
    id: "RoCoBaRaCh",
    source: "Ramulator 2: neighbours in different pseudo channels, groups and banks",
    lowToHigh: ["pseudoChannel", "bankGroup", "bank", "column", "row"],
  },
  {
    id: "RoBaCoBgRa",
    source:
      "this project: neighbours in different pseudo channels and bank groups, so that a stream has the whole data bus (two pseudo channels; tCCD_S, not tCCD_L) with one bank of each group open",
    lowToHigh: ["pseudoChannel", "bankGroup", "column", "bank", "row"],
  },
  {
    id: "ChRaBaRoCo",
    source: "Ramulator 2: a bank is one contiguous piece",
    lowToHigh: ["column", "row", "bankGroup", "bank", "pseudoChannel"],
  },
];

/** How many values each field takes. */
export type AddressFieldCounts = Readonly<Record<AddressField, number>>;

/** Shift and mask of each field; bits above the highest field are ignored, so addresses wrap. */
export type AddressBits = Readonly<Record<AddressField, { readonly shift: number; readonly mask: number }>>;

/** Bit positions under a map. @throws SpattenError `config` for an unknown map. */
export function addressBits(
  mapId: string,
  counts: AddressFieldCounts,
  columnAddressBytes: number,
): AddressBits {
  const bits: Partial<Record<AddressField, { shift: number; mask: number }>> = {};
  let shift = Math.log2(columnAddressBytes);
  for (const field of lookUp(addressMaps, mapId, "address map").lowToHigh) {
    bits[field] = { shift, mask: counts[field] - 1 };
    shift += Math.log2(counts[field]);
  }
  return bits as AddressBits;
}

/** The value of a field in an address below 2^32. */
export function addressField(address: number, { shift, mask }: AddressBits[AddressField]): number {
  return shift > 31 ? 0 : (address >>> shift) & mask;
}
