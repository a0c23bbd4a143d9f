import type { Registry } from "../../../base/registry.ts";
import { anchorsTable } from "./anchors-table.ts";
import { bridgeTable } from "./bridge-table.ts";
import { figure19Tables } from "./figure-19-table.ts";
import { rooflineTable } from "./roofline-table.ts";
import type { ShownTable } from "./shown-table.ts";

/** Every table that is shown and not judged. */
export const shownTables: Registry<ShownTable> = [
  bridgeTable,
  ...figure19Tables,
  rooflineTable,
  anchorsTable,
];
