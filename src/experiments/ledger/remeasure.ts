import { lookUp, type Registry } from "../../base/registry.ts";
import { remeasuredFigure7 } from "../spatten/remeasured/figure-7.ts";
import { remeasuredHeadCurve } from "../spatten/remeasured/head-curve.ts";
import { remeasuredTokenCurve } from "../spatten/remeasured/token-curve.ts";
import { type Remeasurement, remeasureCommand, type Workbench } from "./remeasurement.ts";
import { STORED_RESULT_SCHEMA, type StoredResult } from "./stored-result.ts";

/** Every run whose figures the ledger takes from a stored result. */
export const remeasurements: Registry<Remeasurement> = [
  remeasuredFigure7,
  remeasuredTokenCurve,
  remeasuredHeadCurve,
];

/** What only the edge knows: the day, and the version of this package. */
export interface RemeasurementStamp {
  readonly date: string;
  readonly spatten: string;
}

/** Digits of a stored figure: enough for any comparison, and the same on every processor but for near ties. */
const STORED_DIGITS = 6;

/** Runs a remeasurement; what comes out is to be stored. @throws SpattenError `config` for an unknown id, and as it does. */
export async function remeasure(
  id: string,
  workbench: Workbench,
  { date, spatten }: RemeasurementStamp,
): Promise<StoredResult> {
  const { on, values, notes } = await lookUp(remeasurements, id, "remeasurement").run(workbench);
  return {
    ...{ schema: STORED_RESULT_SCHEMA, id, date, spatten, command: remeasureCommand(id) },
    on: `${on}; engine ${workbench.engine.id}`,
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(STORED_DIGITS))]),
    ),
    notes,
  };
}
