// A thread of `reproduce --jobs`: runs the simulations that it is sent.
import { parentPort, workerData } from "node:worker_threads";
import { createLaboratory } from "../experiments/ledger/laboratory.ts";
import type { Measurement } from "../experiments/ledger/measurement.ts";
import { createSpatten } from "../index.ts";
import { loadPlugins } from "./plugins.ts";
import { replyTo } from "./worker-pool.ts";

const port = parentPort!;
const loading = loadPlugins(workerData as readonly string[]).then((extensions) =>
  createLaboratory({ machines: createSpatten(extensions).machines }),
);
loading.catch(() => undefined);

port.on("message", async (measurement: Measurement) => {
  port.postMessage(await replyTo(async () => (await (await loading).measure(measurement)).report));
});
