import { lookUp } from "../../../base/registry.ts";
import { throughputReadings } from "../../../machines/a3/throughput-readings.ts";
import type { Laboratory } from "../../ledger/experiment.ts";
import { table3 } from "../published/table-3.ts";
import { putIn } from "./computed.ts";
import { rivalOurs } from "./rival-figures.ts";
import { marked, type TableCell } from "./table-3-cells.ts";

/** Both readings of A3's throughput; which of them holds decides what the base machine is credited with. */
export function readingCells(): TableCell[] {
  const { a3Base, a3 } = table3;
  const gainOf = ({ anchors }: Laboratory) => lookUp(anchors, "a3-speedup", "anchor").value;
  return [
    {
      ...{ id: "a3-credited-base", published: a3Base.throughput, unit: "GOP/s" },
      quantity: "A3: throughput that its base machine is credited with",
      ours: async () =>
        putIn(
          throughputReadings()[0]!.baseGigaoperationsPerSecond,
          "2 × d × 1 GHz: a multiply-accumulate as one operation, or one module of the two",
        ),
    },
    {
      ...{ id: "a3-throughput-by-arithmetic", published: a3.throughput, unit: "GOP/s" },
      quantity: "A3: throughput, base times gain",
      ours: async (laboratory) => {
        const [fromGain, fromPipeline] = throughputReadings({ speedupRatio: gainOf(laboratory) });
        return {
          ...{ kind: "computed", isInput: true },
          ...{ value: fromGain!.gigaoperationsPerSecond, hingesOn: ["a3-speedup"] },
          on: `the paper's own arithmetic, ${fromGain!.title}`,
          note: `it implies: ${fromGain!.implies.join("; ")}`,
          alternatives: [
            {
              when: `the other reading, ${fromPipeline!.title} on the base pipeline; it implies: ${fromPipeline!.implies.join("; ")}`,
              value: fromPipeline!.gigaoperationsPerSecond,
            },
          ],
        };
      },
    },
    ...a3Base.speedups.map(
      (speedup, index): TableCell => ({
        id: `a3-gain-${["table", "text"][index]}`,
        quantity: `A3: gain of its approximation, as the ${["table", "text"][index]} has it`,
        ...{ published: speedup, unit: "×", anchor: "a3-speedup" },
        ours: async (laboratory) =>
          marked(
            "a3",
            await rivalOurs(
              laboratory,
              "gigaoperationsPerSecond",
              { machine: "a3-conservative" },
              [{ when: "aggressive approximation", machine: "a3-aggressive" }],
              { machine: "a3-base" },
            ),
          ),
      }),
    ),
  ];
}
