// A thread of `spatten evaluate --jobs`: loads the model once, and runs the rows that it is sent.
import { parentPort, workerData } from "node:worker_threads";
import { isSpattenError } from "../base/errors.ts";
import { createSpatten } from "../index.ts";
import type { EvaluationInput } from "../quality/evaluation/outcome.ts";
import { loadPlugins } from "./plugins.ts";
import type { RowReply, WorkerStart } from "./row-workers.ts";

const { request, plugins } = workerData as WorkerStart;
const port = parentPort!;
const loading = loadPlugins(plugins).then((extensions) => createSpatten(extensions).rowRunner(request));
loading.catch(() => undefined);

port.on("message", async (input: EvaluationInput) => {
  port.postMessage(await replyTo(input));
});

async function replyTo(input: EvaluationInput): Promise<RowReply> {
  try {
    return { row: await (await loading)(input) };
  } catch (error) {
    // A thread boundary keeps no class: what the command line needs of an error goes as data.
    return isSpattenError(error)
      ? { failure: { code: error.code, message: error.message } }
      : { failure: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) } };
  }
}
