import { accuracy, bundled, exactly, original, preset, texts } from "./support.mjs";

export const title = "plan `none` is the dense model, in both precisions, on the whole test set";

const labels = new Map();

export const steps = [
  exactly("float32-test", "float32 originals, right of 4,500 test texts", 4027, async () => {
    const result = await accuracy(original, preset("none"), texts().test, (run) =>
      labels.set(run.text, run.prediction.label),
    );
    return result.correctCount;
  }),
  exactly("float16-test", "bundled half precision, right of 4,500 test texts", 4027, async () => {
    const result = await accuracy(bundled, preset("none"), texts().test);
    return result.correctCount;
  }),
  exactly("float16-labels", "test texts whose label differs between the precisions", 0, async () => {
    let different = 0;
    const none = preset("none");
    if (labels.size === 0) {
      await accuracy(original, none, texts().test, (run) => labels.set(run.text, run.prediction.label));
    }
    await accuracy(bundled, none, texts().test, (run) => {
      if (labels.get(run.text) !== run.prediction.label) different++;
    });
    return different;
  }),
];
