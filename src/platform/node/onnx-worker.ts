/**
 * What the thread runs that computes graphs. It is a text because a thread starts from a file, and the file's name
 * differs between the sources and the build; `workerData.module` is the address of the runtime's module,
 * `workerData.open` the number of requests that are not answered yet.
 */
export const onnxWorkerSource = `
const { parentPort, workerData } = require("node:worker_threads");
const sessions = new Map();
const kept = new Map();
const loaded = import(workerData.module).then((module) => module.default ?? module);
let previous = Promise.resolve();

/** Says that nothing native is under way on account of a request. */
function leave() {
  Atomics.sub(workerData.open, 0, 1);
  Atomics.notify(workerData.open, 0);
}

/** Rows become others, one after the other, as \`RowEdits\` says. */
function edit(tensors, { sets, steps, rows }) {
  for (let at = 0; at < steps.length; at += 3) {
    const [set, to, from] = [steps[at], steps[at + 1], steps[at + 2]];
    for (const [which, name] of sets[set].entries()) {
      const { data, shape } = tensors[name];
      const width = shape[shape.length - 1];
      if (from >= 0) data.copyWithin(to * width, from * width, (from + 1) * width);
      else data.set(rows[which].subarray((-1 - from) * width, -from * width), to * width);
    }
  }
}

/** The tensors that stay here under a number, edited. */
function keptFor({ number, tensors, edits }) {
  if (tensors !== undefined) kept.set(number, tensors);
  if (edits !== undefined) edit(kept.get(number), edits);
  return kept.get(number);
}

async function answer({ task, session, model, constants, settings, inputs, loan, holding, number }) {
  if (task === "return" || task === "forget") {
    const tensors = kept.get(number);
    kept.delete(number);
    return task === "return" ? tensors : {};
  }
  const held = holding && keptFor(holding);
  const runtime = await loaded;
  if (task === "create") {
    const options = { ...workerData.sessionOptions, ...settings, externalData: constants };
    sessions.set(session, await runtime.InferenceSession.create(model, options));
    return {};
  }
  if (task === "release") {
    await sessions.get(session)?.release();
    sessions.delete(session);
    return {};
  }
  const feeds = {};
  for (const [name, { type, data, shape }] of Object.entries({ ...inputs, ...loan, ...held })) {
    feeds[name] = new runtime.Tensor(type, data, shape);
  }
  const outputs = {};
  for (const [name, { type, data, dims }] of Object.entries(await sessions.get(session).run(feeds))) {
    outputs[name] = { type, data: data.slice(), shape: dims };
  }
  return outputs;
}

/** A loan goes back with the answer, whatever this is. */
function send(message, loan = {}) {
  const tensors = [...Object.values(message.outputs ?? {}), ...Object.values(loan)];
  parentPort.postMessage({ ...message, loan }, tensors.map(({ data }) => data.buffer));
}

parentPort.on("message", (request) => {
  const { id, loan } = request;
  previous = previous.then(() => answer(request)).then(
    (outputs) => send({ id, outputs }, loan),
    (error) => send({ id, failure: String(error?.message ?? error) }, loan),
  ).finally(leave);
});
`;
