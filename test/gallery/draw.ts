import { parseHTML } from "linkedom";
import { createSpatten } from "../../src/index.ts";
import type { RunDocument } from "../../src/report/index.ts";
import { runDocument } from "../../src/report/index.ts";

export const SENTENCE = "what is the weather like in paris tomorrow";

/** Fixed, so that a picture does not change with the version, the commit or the runtime. */
const PROVENANCE = {
  version: "0.0.0",
  commit: null,
  runtime: "test",
  configHash: "0000000000000000",
  seed: 0,
};

/** The document of a run of the bundled classifier, as `spatten run` makes it. */
export async function runOf(text: string, plan: string): Promise<RunDocument> {
  const spatten = createSpatten();
  await using model = await spatten.load();
  const dense = await model.run(text, { plan: "none" });
  const pruned = await model.run(text, { plan });
  return runDocument({
    provenance: PROVENANCE,
    model: { name: model.name, layerCount: model.layerCount, headCount: model.headCount },
    dense,
    pruned,
    machine: {
      dense: await spatten.simulate(dense.workload),
      pruned: await spatten.simulate(pruned.workload),
    },
  });
}

/** A document made in Node, for figures that are drawn without a browser. */
export function nodeDocument(): Document {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return document as unknown as Document;
}
