import { SpattenError } from "../../base/errors.ts";
import { lookUp, type Registry } from "../../base/registry.ts";
import { compileDevice } from "../../hardware/dram/compile-device.ts";
import { dramDevices } from "../../hardware/dram/devices/registry.ts";
import { replaySteps } from "../../hardware/dram/replay.ts";
import { generateTrace, traceGeneratorForms } from "../../hardware/dram/trace-generators.ts";
import type { Oracle } from "./oracle.ts";
import { differencesOf, tallyCases } from "./tally.ts";

/** A long stream whose cycles were written down with the goldens. */
export interface ExtraStream {
  readonly id: string;
  readonly outstandingLimit: number | undefined;
  readonly cycles: number;
  readonly source: string;
}

const SOURCE = "dram.md, from Ramulator 2 of October 2023 under the release's preset";

export const extraStreams: Registry<ExtraStream> = [
  { id: "rows16-n20000", outstandingLimit: 16, cycles: 80_191, source: SOURCE },
  { id: "rows2-n20000", outstandingLimit: undefined, cycles: 43_259, source: SOURCE },
];

/** Addresses of a named generator. @throws SpattenError `input` where a golden file names none. */
export function addressesOf(name: string): Float64Array {
  const trace = generateTrace(name);
  if (trace !== undefined) return trace.addresses;
  throw new SpattenError("input", "a golden row names a trace that no generator makes", {
    got: name,
    expected: traceGeneratorForms.join(", "),
  });
}

/** Two streams over many rows: the order of requests in a full queue decides. */
export const dramStreams: Oracle = {
  id: "dram-streams",
  title: "two long streams of DRAM reads",
  compared: "cycles of 20,000 reads over 16 rows and over 2, with those that were written down",
  kind: "other simulator",
  needs: [],
  *run() {
    const device = compileDevice(lookUp(dramDevices, "hbm2-ramulator2-2023", "DRAM device"));
    const tally = yield* tallyCases("streams", extraStreams, function* (stream) {
      const { outstandingLimit } = stream;
      const { cycles } = yield* replaySteps(device, addressesOf(stream.id), { outstandingLimit });
      return differencesOf(stream.id, { cycles: stream.cycles }, { cycles });
    });
    return tally.outcome("streams", "cycles");
  },
};
