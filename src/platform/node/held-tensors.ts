import type { HeldTensors, RowEdits, RuntimeTensors } from "../../base/onnx-runtime.ts";

/** Tensors on their way to the other side, which has them already where they are absent, and their edits. */
export interface Holding {
  readonly number: number;
  readonly tensors: RuntimeTensors | undefined;
  readonly edits: RowEdits | undefined;
}

/** The side where tensors stay, which answers in the order that it is asked in. */
export interface HoldingSide {
  run(holding: Holding, inputs: RuntimeTensors): Promise<RuntimeTensors | Error>;
  takeBack(number: number): Promise<RuntimeTensors>;
  forget(number: number): Promise<unknown>;
}

export interface Holdings {
  hold(tensors: RuntimeTensors): HeldTensors;
  /** All that is still used comes back, so that the side can end. */
  takeAllBack(): Promise<void>;
}

/** How many stay at once; the one that was used longest ago comes back for another, so that what was forgotten is bounded. */
const MOST_HELD = 4;

let nextNumber = 0;

/** What stays on another side; a holding that nobody has any more is let go of there as well. */
export function createHoldings(side: HoldingSide): Holdings {
  /** By number, the one used last at the end. */
  const away = new Map<number, WeakRef<HeldTensors>>();
  const letGo = (number: number): void => {
    if (away.delete(number)) side.forget(number).catch(() => undefined);
  };
  const forgotten = new FinalizationRegistry<number>(letGo);
  const comeBack = async (number: number): Promise<void> => {
    const held = away.get(number)?.deref();
    if (held === undefined) letGo(number);
    // One that is lost says so to whoever uses it.
    else await held.takeBack().catch(() => undefined);
  };

  function hold(tensors: RuntimeTensors): HeldTensors {
    const number = nextNumber++;
    let here: RuntimeTensors | undefined = tensors;
    let coming: Promise<RuntimeTensors> | undefined;
    const takeBack = async (): Promise<RuntimeTensors> => {
      if (here !== undefined) return here;
      away.delete(number);
      coming ??= side.takeBack(number);
      here = await coming;
      coming = undefined;
      return here;
    };
    const held: HeldTensors = {
      run: async (inputs, edits) => {
        if (coming !== undefined) await takeBack();
        away.delete(number);
        while (away.size >= MOST_HELD) await comeBack(away.keys().next().value!);
        away.set(number, new WeakRef(held));
        const sent = here;
        here = undefined;
        return side.run({ number, tensors: sent, edits }, inputs);
      },
      takeBack,
    };
    forgotten.register(held, number);
    return held;
  }

  return {
    hold,
    takeAllBack: async () => {
      for (const number of [...away.keys()]) await comeBack(number);
    },
  };
}
