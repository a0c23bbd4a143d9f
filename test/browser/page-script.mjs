// Runs in the browser, written as a user of the package writes it; the test calls what it leaves on `globalThis.page`.
import { createSpatten, isSpattenError } from "spatten";
import { bertBaseDense128, machines } from "spatten/machines";
import { topKIndices } from "spatten/pruning";
import { runDocument, runFigures, sieveFigure } from "spatten/report";

const provenance = { version: "0.0.0", commit: null, runtime: "browser", configHash: "", seed: 0 };

/** How the package ends when it is stopped: the code of its error, and the layers that were done. */
async function stoppedAfter(run) {
  let layersDone = 0;
  try {
    await run((progress) => {
      layersDone = progress.done;
    });
    return { code: "finished", layersDone };
  } catch (error) {
    return { code: isSpattenError(error) ? error.code : String(error), layersDone };
  }
}

/** A method that takes long enough for the run to rest after each layer, on any machine. */
const slowMethod = {
  id: "slow",
  title: "as spatten, slowly",
  source: "this test",
  score({ carried, layerScores }) {
    for (const end = performance.now() + 80; performance.now() < end; );
    return carried.map((before, index) => before + layerScores[index]);
  },
};

globalThis.page = {
  topK: (values, k) => Array.from(topKIndices(values, k)),

  simulateSmall: () => machines[0].simulate(bertBaseDense128()),

  async classify(folder, text, plan) {
    const model = await createSpatten().load(folder);
    const { prediction, workload } = await model.run(text, { plan });
    return {
      label: prediction.label,
      logits: Array.from(prediction.logits),
      workload: JSON.stringify(workload),
    };
  },

  /** Draws into the page's own document and counts what is there. */
  async draw(folder, text, plan) {
    const spatten = createSpatten();
    const model = await spatten.load(folder);
    const [dense, pruned] = [await model.run(text, { plan: "none" }), await model.run(text, { plan })];
    const machine = {
      dense: await spatten.simulate(dense.workload),
      pruned: await spatten.simulate(pruned.workload),
    };
    const { name, layerCount, headCount } = model;
    const run = runDocument({ provenance, model: { name, layerCount, headCount }, dense, pruned, machine });
    const sieve = sieveFigure(run, { document });
    document.body.append(sieve.element);
    const figures = runFigures(run, { document });
    document.body.append(...figures.map((figure) => figure.element));
    return {
      cells: sieve.element.querySelectorAll('[aria-label="cell"] rect').length,
      dots: sieve.element.querySelectorAll('[aria-label="dot"] circle').length,
      sentences: figures.map((figure) => figure.sentence),
      tables: figures.map((figure) => figure.table),
      widestPixels: Math.max(...figures.map((figure) => figure.element.getBoundingClientRect().width)),
    };
  },

  async stop(folder) {
    const plan = createSpatten().plan("clinc150-safe");
    const slowPlan = { ...plan, name: "slow", tokens: { ...plan.tokens, method: "slow" } };
    const model = await createSpatten({ methods: [slowMethod] }).load(folder);
    const stop = new AbortController();
    return stoppedAfter((onProgress) =>
      model.run("what is the weather like", {
        plan: slowPlan,
        signal: stop.signal,
        onProgress: (progress) => {
          onProgress(progress);
          stop.abort();
        },
      }),
    );
  },

  /** What the simulation in a worker says. */
  simulateInWorker: (address) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(address, { type: "module" });
      worker.onmessage = ({ data }) => {
        worker.terminate();
        resolve(data);
      };
      worker.onerror = (event) => reject(new Error(event.message));
    }),
};
