import type { CompiledDevice } from "./compile-device.ts";

/** Local address to bank, row and column, by shifts that lie ready as numbers; see `address-maps.ts`. */
export class AddressDecoder {
  private readonly pseudoChannelShift: number;
  private readonly pseudoChannelMask: number;
  private readonly groupShift: number;
  private readonly groupMask: number;
  private readonly bankShift: number;
  private readonly bankMask: number;
  private readonly rowShift: number;
  private readonly rowMask: number;
  private readonly columnShift: number;
  private readonly columnMask: number;
  private readonly groupBits: number;
  private readonly bankBits: number;

  constructor({ address, device }: CompiledDevice) {
    this.groupBits = Math.log2(device.organization.bankGroups);
    this.bankBits = Math.log2(device.organization.banksPerGroup);
    // A field of one value may lie above bit 31, where a shift would wrap.
    const shift = (field: keyof typeof address): number => Math.min(31, address[field].shift);
    this.pseudoChannelShift = shift("pseudoChannel");
    this.pseudoChannelMask = address.pseudoChannel.mask;
    this.groupShift = shift("bankGroup");
    this.groupMask = address.bankGroup.mask;
    this.bankShift = shift("bank");
    this.bankMask = address.bank.mask;
    this.rowShift = shift("row");
    this.rowMask = address.row.mask;
    this.columnShift = shift("column");
    this.columnMask = address.column.mask;
  }

  /** Number of the bank in its channel: pseudo channel, then group, then bank. */
  bank(localAddress: number): number {
    const pseudoChannel = (localAddress >>> this.pseudoChannelShift) & this.pseudoChannelMask;
    const group = (localAddress >>> this.groupShift) & this.groupMask;
    const bank = (localAddress >>> this.bankShift) & this.bankMask;
    return (((pseudoChannel << this.groupBits) | group) << this.bankBits) | bank;
  }

  row(localAddress: number): number {
    return (localAddress >>> this.rowShift) & this.rowMask;
  }

  column(localAddress: number): number {
    return (localAddress >>> this.columnShift) & this.columnMask;
  }
}
