import type { SpattenParameters } from "../parameters.ts";
import type { LayerPlan } from "./layer-plan.ts";
import type { Memory } from "./memory.ts";
import type { ProbabilityValueUnit } from "./probability-value-unit.ts";

/**
 * The end of a layer: once the last output has left prob·V, token top-k and then head top-k on the cascade's engine (SpAtten
 * Fig 8 modules 2 and 13). The layer is over when they are, and when the channels have accepted every output.
 */
export class CascadeUnit {
  readonly #probabilityValue: ProbabilityValueUnit;
  readonly #memory: Memory;
  readonly #workCycles: number;
  readonly #latencyCycles: number;
  #startCycle = Number.POSITIVE_INFINITY;
  #isStarting = false;

  constructor(
    parameters: SpattenParameters,
    plan: LayerPlan,
    probabilityValue: ProbabilityValueUnit,
    memory: Memory,
  ) {
    this.#probabilityValue = probabilityValue;
    this.#memory = memory;
    this.#latencyCycles = parameters.pipeline.probabilityValueProductCycles;
    this.#workCycles = plan.cascade.reduce((sum, time) => sum + time.selectCycles + time.filterCycles, 0);
  }

  decide(): boolean {
    this.#isStarting = this.#startCycle === Number.POSITIVE_INFINITY && this.#probabilityValue.isFinished;
    return this.#isStarting;
  }

  apply(): void {
    if (this.#isStarting) this.#startCycle = this.#probabilityValue.lastLineCycle + 1 + this.#latencyCycles;
  }

  isBusy(cycle: number): boolean {
    return cycle >= this.#startCycle && cycle < this.#startCycle + this.#workCycles;
  }

  isLayerOver(cycle: number): boolean {
    return cycle >= this.#startCycle + this.#workCycles && this.#memory.writesPending === 0;
  }

  nextEvent(cycle: number): number {
    if (this.#startCycle > cycle) return this.#startCycle;
    const end = this.#startCycle + this.#workCycles;
    return end > cycle ? end : Number.POSITIVE_INFINITY;
  }

  describe(): string {
    return `cascade: ${this.#startCycle === Number.POSITIVE_INFINITY ? "not begun" : `from cycle ${this.#startCycle} on`}`;
  }
}
