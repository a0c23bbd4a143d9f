import type { CompiledDevice } from "./compile-device.ts";

const LARGEST_TABLE_COUNT = 4096;

/** Local address to bank, row and column, by shifts that lie ready as numbers; see `address-maps.ts`. */
export class AddressDecoder {
  private readonly pseudoChannelShift: number;
  private readonly pseudoChannelMask: number;
  private readonly groupShift: number;
  private readonly groupMask: number;
  private readonly bankShift: number;
  private readonly bankMask: number;
  private readonly rowShift: number;
  readonly rowMask: number;
  private readonly columnShift: number;
  private readonly columnMask: number;
  private readonly groupBits: number;
  private readonly bankBits: number;
  /** Banks by the bits between the lowest and the highest of the three fields, where these are few. */
  private readonly bankTable: Uint8Array | undefined;
  private readonly tableShift: number;
  private readonly tableMask: number;

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
    const fields = [address.pseudoChannel, address.bankGroup, address.bank].filter(({ mask }) => mask > 0);
    const end = Math.max(0, ...fields.map((field) => field.shift + Math.log2(field.mask + 1)));
    this.tableShift = Math.min(end, ...fields.map((field) => field.shift));
    const tableCount = 2 ** (end - this.tableShift);
    this.tableMask = tableCount - 1;
    if (tableCount > LARGEST_TABLE_COUNT || end > 31) return;
    this.bankTable = Uint8Array.from({ length: tableCount }, (_, index) =>
      this.composedBank(index * 2 ** this.tableShift),
    );
  }

  /** Number of the bank in its channel: pseudo channel, then group, then bank. */
  bank(localAddress: number): number {
    const { bankTable } = this;
    return bankTable === undefined
      ? this.composedBank(localAddress)
      : bankTable[(localAddress >>> this.tableShift) & this.tableMask]!;
  }

  private composedBank(localAddress: number): number {
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
