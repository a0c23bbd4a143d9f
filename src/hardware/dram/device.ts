import * as z from "zod/mini";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";
import { addressMaps } from "./address-maps.ts";
import { dramCommands } from "./commands.ts";

const name = () => z.string().check(z.minLength(1));
const powerOfTwo = (largest: number) =>
  z.int().check(
    z.gte(1),
    z.lte(largest),
    z.refine((value) => Number.isInteger(Math.log2(value)), { error: "a power of two" }),
  );
/** Cycles as a function of the named timing parameters; what it gives is checked when the device is compiled. */
const cyclesOf = () =>
  z.custom<(timing: Readonly<Record<string, number>>) => number>((value) => typeof value === "function", {
    error: "a function of the timing parameters",
  });

const constraintSchema = z.strictObject({
  /** One of the device's levels: the two commands meet in the same node of that level. */
  level: name(),
  preceding: z.array(z.enum(dramCommands)).check(z.minLength(1)),
  following: z.array(z.enum(dramCommands)).check(z.minLength(1)),
  latency: cyclesOf(),
  /** The `window`-th last preceding command counts, not the last: 4 for tFAW. */
  window: z.optional(integerAtLeast(2).check(z.lte(8))),
  reason: name(),
});

const refreshSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none"), reason: name() }),
  z.strictObject({
    /** REFab for every node of the second level, in turn, each time the interval is over. */
    kind: z.literal("all-bank"),
    intervalCycles: cyclesOf(),
  }),
]);

const controllerSchema = z.strictObject({
  /** One command per tick, or a column command and then a row command. */
  commandBus: z.enum(["shared", "row-and-column"]),
  /** A precharge that would close a bank with an activated, unserved request: nothing is issued, or the next is tried. */
  heldPrecharge: z.enum(["loses-the-tick", "is-passed-over"]),
  readQueueEntries: integerAtLeast(1).check(z.lte(64)),
  writeQueueEntries: integerAtLeast(1).check(z.lte(64)),
  /** Writes are served while more than this wait … */
  writeHighWatermark: z.number().check(z.gte(0)),
  /** … until fewer than this do and a read waits. */
  writeLowWatermark: z.number().check(z.gte(0)),
  /** How many completions a tick may deliver. */
  completionsPerTick: z.enum(["one", "all-due"]),
});

export const dramDeviceSchema = z.strictObject({
  id: name(),
  title: name(),
  source: name(),
  /** What outside figures the timing of reads and of writes was compared with. */
  validation: z.strictObject({ reads: name(), writes: name() }),
  clockNanoseconds: positiveNumber(),
  /** From the outside in; the second is a pseudo channel or a rank and owns a data bus. */
  levels: z.tuple([name(), name(), name(), name()]),
  organization: z.strictObject({
    pseudoChannels: powerOfTwo(2),
    bankGroups: powerOfTwo(8),
    banksPerGroup: powerOfTwo(8),
    rows: powerOfTwo(1 << 20),
    /** Column addresses of a row, and the bytes between two of them. */
    columnAddresses: powerOfTwo(4096),
    columnAddressBytes: powerOfTwo(256),
    /** Bytes that one RD or WR moves. */
    accessBytes: powerOfTwo(256),
  }),
  addressMap: z.enum(addressMaps.map((map) => map.id) as [string, ...string[]]),
  /** JEDEC's names with n for cycles. */
  timing: z.record(z.string(), integerAtLeast(0)),
  /** Cycles for which an access occupies its data bus. */
  burstCycles: cyclesOf(),
  /** From RD to the tick that completes it. */
  readLatencyCycles: cyclesOf(),
  constraints: z.array(constraintSchema),
  refresh: refreshSchema,
  controller: controllerSchema,
});

/** A DRAM standard as a table; the controllers hold no figure of their own. */
export type DramDevice = z.infer<typeof dramDeviceSchema>;
export type DramConstraint = z.infer<typeof constraintSchema>;

/** The device, checked. @throws SpattenError `config` with key, value and range. */
export function parseDramDevice(value: unknown, where?: string): DramDevice {
  return parseWith(dramDeviceSchema, value, {
    what: "DRAM device",
    ...(where === undefined ? {} : { where }),
  });
}
