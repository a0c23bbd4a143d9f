// Draws the pictures of the documentation with the program itself: node scripts/draw-pictures.mjs
// Prints the picture with --print instead, so that a test can hold the committed one against it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { createSpatten } from "../dist/index.js";
import { runDocument, sieveFigure, standaloneSvg } from "../dist/report/index.js";
import { root } from "./ensure.mjs";

const TEXT = "could you please tell me what the weather is going to be like in paris tomorrow morning";

const spatten = createSpatten();
const model = await spatten.load();
const [dense, pruned] = [await model.run(TEXT, { plan: "none" }), await model.run(TEXT)];
const { document } = parseHTML("<!doctype html><html><body></body></html>");
const run = runDocument({
  provenance: { version: "", commit: null, runtime: "", configHash: "", seed: 0 },
  model: { name: model.name, layerCount: model.layerCount, headCount: model.headCount },
  dense,
  pruned,
  machine: {
    dense: await spatten.simulate(dense.workload),
    pruned: await spatten.simulate(pruned.workload),
  },
});
const picture = standaloneSvg(sieveFigure(run, { document }));
if (process.argv.includes("--print")) process.stdout.write(picture);
else writeFileSync(join(root, "docs", "pictures", "sieve.svg"), picture);
