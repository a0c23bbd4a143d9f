import type { DecisionRules } from "./record.ts";
import type { DatapathUnits } from "./units.ts";

/** What a computation takes for granted and the paper does not state. */
export function functionAssumptions(units: DatapathUnits, rules: DecisionRules): string[] {
  const { datapathBits, largestProbabilityCode, softmax } = units;
  const lines = [
    "Q, K and V of a head have one scale each, found from their values; the paper does not say how scales are set",
    `attention_out has ${datapathBits} bits on the scale of its head's V, and a head's score is brought to values with it`,
    `a probability of 1 is code ${largestProbabilityCode}`,
    "values that a query drops leave a gap: the other probabilities are not scaled up",
    "a decision that differs from the recorded one is counted, and the recorded one is carried on",
  ];
  if (!softmax.parameters.subtractsMaximum) {
    lines.push("no maximum is taken off the scores before the exponential, as in Fig. 12");
  }
  const { firstCount, lastCount } = rules.protect;
  if (firstCount + lastCount > 0) {
    lines.push("protected tokens enter the token top-k with the largest score; the paper protects none");
  }
  return [...lines, ...rules.assumptions];
}
