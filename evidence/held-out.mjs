import { heldOut } from "../dist/machines/index.js";

export const title = "published figures that no fit has seen, beside ours; shown, never tuned";

const rows = await heldOut();

export const steps = rows.map(({ quantity, published, ours, deviationRatio, note }) => ({
  id: `${quantity} ${note}`,
  quantity: `${quantity} (${note})`,
  expected: `published ${Number(published.toPrecision(4))}`,
  run: async () => ({
    ours: `${ours.toPrecision(4)}, ${deviationRatio >= 0 ? "+" : ""}${(deviationRatio * 100).toFixed(0)} %`,
    holds: null,
  }),
}));
