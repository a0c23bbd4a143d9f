/** A stretch in which a unit was busy, or waited for one cause. */
export interface UnitSpan {
  readonly unit: string;
  readonly startCycle: number;
  readonly endCycle: number;
  /** What it waited for; absent where it was busy. */
  readonly cause?: string;
}

/** A stretch in which a DRAM channel had reads on their way. */
export interface ChannelSpan {
  readonly channel: number;
  readonly startCycle: number;
  readonly endCycle: number;
  readonly readCount: number;
}

/** Sees a run go by; spans of a unit or a channel come in order and do not overlap. */
export interface RunObserver {
  /** A stretch with one cause for the machine's pace: the unit or cause at its narrowest place. */
  readonly pace?: (startCycle: number, endCycle: number, cause: string) => void;
  readonly unit?: (span: UnitSpan) => void;
  readonly channel?: (span: ChannelSpan) => void;
}
