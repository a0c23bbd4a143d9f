// A thread of `--jobs`: loads the model once, and runs the inputs that it is sent, each group under the plan beside it.
import { parentPort, workerData } from "node:worker_threads";
import { isSpattenError } from "../base/errors.ts";
import { createSpatten } from "../index.ts";
import type { OutcomeReply, OutcomeTask, WorkerStart } from "./outcome-workers.ts";
import { loadPlugins } from "./plugins.ts";

const { request, plugins } = workerData as WorkerStart;
const port = parentPort!;
const loading = loadPlugins(plugins).then((extensions) => createSpatten(extensions).outcomeRunner(request));
loading.catch(() => undefined);

port.on("message", async (task: OutcomeTask) => {
  port.postMessage(await replyTo(task));
});

async function replyTo({ inputs, setting }: OutcomeTask): Promise<OutcomeReply> {
  try {
    return { outcomes: await (await loading)(inputs, setting) };
  } catch (error) {
    // A thread boundary keeps no class: what the command line needs of an error goes as data.
    return isSpattenError(error)
      ? { failure: { code: error.code, message: error.message } }
      : { failure: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) } };
  }
}
