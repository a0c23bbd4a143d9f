import { type OperationCost, operationCost } from "./technology.ts";

/** A cost after scaling: picojoules an operation and square micrometres of the circuit. */
export interface ScaledCost {
  readonly picojoules: number;
  readonly squareMicrometres: number;
}

/** Energy at another node: switched capacitance goes with the feature size at an equal voltage. */
export function scaleEnergyToNode(picojoules: number, fromNanometres: number, toNanometres: number): number {
  return picojoules * (toNanometres / fromNanometres);
}

/** Area at another node: both edges shrink with the feature size. */
export function scaleAreaToNode(
  squareMicrometres: number,
  fromNanometres: number,
  toNanometres: number,
): number {
  return squareMicrometres * (toNanometres / fromNanometres) ** 2;
}

/**
 * Integer multiplier of any width, from the published 8-bit one: an array multiplier has width × width cells.
 * The published pair agrees: 4 times the width costs 15.5 times the energy and 12.4 times the area.
 */
export function multiplierCost(widthBits: number, nodeNanometres: number): ScaledCost {
  return scaled(operationCost("integer-multiply-8"), (widthBits / 8) ** 2, nodeNanometres);
}

/** Integer adder of any width, from the published 8-bit one: one full adder a bit. */
export function adderCost(widthBits: number, nodeNanometres: number): ScaledCost {
  return scaled(operationCost("integer-add-8"), widthBits / 8, nodeNanometres);
}

/** 32-bit floating-point adder. */
export function floatAdderCost(nodeNanometres: number): ScaledCost {
  return scaled(operationCost("float-add-32"), 1, nodeNanometres);
}

/** 32-bit floating-point multiplier. */
export function floatMultiplierCost(nodeNanometres: number): ScaledCost {
  return scaled(operationCost("float-multiply-32"), 1, nodeNanometres);
}

/** 32-bit fused multiply-add, taken as a multiplier and an adder: sharing a rounder saves little of either. */
export function fusedMultiplyAddCost(nodeNanometres: number): ScaledCost {
  const multiply = floatMultiplierCost(nodeNanometres);
  const add = floatAdderCost(nodeNanometres);
  return {
    picojoules: multiply.picojoules + add.picojoules,
    squareMicrometres: multiply.squareMicrometres + add.squareMicrometres,
  };
}

function scaled(cost: OperationCost, times: number, nodeNanometres: number): ScaledCost {
  return {
    picojoules: scaleEnergyToNode(cost.picojoules * times, cost.nodeNanometres, nodeNanometres),
    squareMicrometres: scaleAreaToNode(
      (cost.squareMicrometres ?? 0) * times,
      cost.nodeNanometres,
      nodeNanometres,
    ),
  };
}
