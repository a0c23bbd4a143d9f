// A thread of `--jobs`: loads the model once, and runs the inputs that it is sent, each group under the plan beside it.
import { parentPort, workerData } from "node:worker_threads";
import { createSpatten } from "../index.ts";
import type { OutcomeTask, WorkerStart } from "./outcome-workers.ts";
import { loadPlugins } from "./plugins.ts";
import { replyTo } from "./worker-pool.ts";

const { request, plugins } = workerData as WorkerStart;
const port = parentPort!;
const loading = loadPlugins(plugins).then((extensions) => createSpatten(extensions).outcomeRunner(request));
loading.catch(() => undefined);

port.on("message", async ({ inputs, setting }: OutcomeTask) => {
  port.postMessage(await replyTo(async () => (await loading)(inputs, setting)));
});
