import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type { Price, PricedOutcome } from "./outcome-runner.ts";

/** Prices that are remembered: sentences have few lengths, and a plan turns equal lengths into equal counts. */
const REMEMBERED = 4096;

/** A price that looks at counts alone, asked for once for equal ones: which keys stayed does not matter to it. */
export function rememberedPrice(price: Price): Price {
  const known = new Map<string, Promise<PricedOutcome>>();
  return (workload) => {
    const key = countsOf(workload);
    const found = known.get(key);
    if (found !== undefined) return found;
    const priced = price(workload);
    priced.catch(() => known.delete(key));
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, priced);
    return priced;
  };
}

function countsOf({ header, jobs }: AttentionWorkload): string {
  return JSON.stringify([header.model, header.phase, jobs], (key, value: unknown) =>
    key === "keyIds" ? undefined : value,
  );
}
