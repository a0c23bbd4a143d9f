import * as z from "zod/mini";
import { SpattenError } from "../../base/errors.ts";
import { parseWith } from "../../base/schema.ts";

const countUpTo = (maximum: number) => z.int().check(z.gte(1), z.lte(maximum));

/** What the release's generator and bench can be told (hardware.md 1); the rest of the design is fixed. */
export const releaseConfigurationSchema = z.strictObject({
  /** Multipliers of each of the two matrix units; a score takes 64 of them. */
  multiplierCountPerUnit: countUpTo(2048),
  /** Lines of each of the K and V buffers; a line is as many words of 12 bits as there are multipliers. */
  bufferLineCount: countUpTo(8192),
  dramChannelCount: countUpTo(32),
  /** Lanes of the matrix fetcher: addresses issued per cycle. */
  fetcherLaneCount: countUpTo(32),
  /** Comparators in the latency model of the top-k. */
  topKParallelism: countUpTo(4096),
  /** Key and value counts are rounded up to a multiple of that many rows. */
  rowRoundingCount: countUpTo(2048),
});

export type ReleaseConfiguration = z.infer<typeof releaseConfigurationSchema>;

/** The configuration with what follows from it. */
export interface ReleaseGeometry extends ReleaseConfiguration {
  /** U: scores per cycle, also rows per buffer line. */
  readonly scoresPerLineCount: number;
  /** Registers of the adder or maximum tree behind the multipliers: log2 U. */
  readonly treeRegisterCount: number;
  /** G: score lines whose rows fill one line of V addresses. */
  readonly scoreLinesPerAddressLineCount: number;
  readonly channelBits: number;
  /** Rows that a buffer can hold. */
  readonly maximumRowCount: number;
}

/** @throws SpattenError `config` for values outside their ranges or not fitting each other. */
export function releaseGeometry(configuration: ReleaseConfiguration): ReleaseGeometry {
  const checked = parseWith(releaseConfigurationSchema, configuration, {
    what: "configuration of the release's machine",
  });
  const { multiplierCountPerUnit, bufferLineCount, dramChannelCount, fetcherLaneCount } = checked;
  const scoresPerLineCount = multiplierCountPerUnit / 64;
  require(Number.isInteger(scoresPerLineCount) && isPowerOfTwo(scoresPerLineCount), {
    where: "multiplierCountPerUnit",
    got: multiplierCountPerUnit,
    expected: "64 times a power of two",
  });
  require(bufferLineCount % 2 === 0, {
    where: "bufferLineCount",
    got: bufferLineCount,
    expected: "an even number",
  });
  require(isPowerOfTwo(dramChannelCount), {
    where: "dramChannelCount",
    got: dramChannelCount,
    expected: "a power of two",
  });
  // An element of the realign stage is a quarter of the lanes and a line of addresses whole score lines.
  require(fetcherLaneCount === 4 * scoresPerLineCount, {
    where: "fetcherLaneCount",
    got: fetcherLaneCount,
    expected: `4 for each score of a line, ${4 * scoresPerLineCount}`,
  });
  require(checked.rowRoundingCount % 8 === 0, {
    where: "rowRoundingCount",
    got: checked.rowRoundingCount,
    expected: "a multiple of 8",
  });
  return {
    ...checked,
    scoresPerLineCount,
    treeRegisterCount: Math.log2(scoresPerLineCount),
    scoreLinesPerAddressLineCount: fetcherLaneCount / scoresPerLineCount,
    channelBits: Math.log2(dramChannelCount),
    maximumRowCount: scoresPerLineCount * bufferLineCount,
  };
}

/** L(n): buffer lines of n rows, rounded up to even (hardware.md 1, "Derived"). */
export function bufferLinesOf(rowCount: number, scoresPerLineCount: number): number {
  return 2 * Math.ceil(rowCount / scoresPerLineCount / 2);
}

/** Until that cycle the tags of both buffers are swept, and they accept nothing (hardware.md 2, "Time"). */
export function firstBufferCycle({ bufferLineCount }: ReleaseConfiguration): number {
  return bufferLineCount / 2;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

interface Fault {
  readonly where: string;
  readonly got: number;
  readonly expected: string;
}

function require(isFine: boolean, { where, got, expected }: Fault): void {
  if (isFine) return;
  throw new SpattenError("config", "the release's machine cannot be built", {
    where,
    got: String(got),
    expected,
  });
}
