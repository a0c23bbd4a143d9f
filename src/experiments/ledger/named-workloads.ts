import { lookUp, type Registry } from "../../base/registry.ts";
import {
  bertBaseDense128,
  gpt2MediumPruned992,
  gpt2SmallPruned992,
} from "../../machines/spatten/reference-workloads.ts";
import { fullyConnectedWorkload, withFullyConnected } from "../../workload/fully-connected-jobs.ts";
import { type WorkloadSource, wholeWorkload } from "../../workload/workload-source.ts";
import type { AssumedValues } from "../spatten/benchmarks/assumption.ts";
import type { Benchmark } from "../spatten/benchmarks/benchmarks.ts";
import { anchorsOfBenchmark, benchmarkWorkload } from "../spatten/benchmarks/synthesis.ts";
import { type PromptRequest, promptWorkload } from "../spatten/workloads/prompt.ts";
import { type TranslationRequest, translationWorkload } from "../spatten/workloads/translation.ts";

const references = {
  "bert-base-dense-128": bertBaseDense128,
  "gpt2-small-pruned-992": gpt2SmallPruned992,
  "gpt2-medium-pruned-992": gpt2MediumPruned992,
} as const;

/** A workload by what it is made from. */
export type NamedWorkload =
  | {
      readonly kind: "benchmark";
      readonly id: string;
      readonly variant?: "dense" | "pruned";
      readonly assume?: AssumedValues;
      /** Bits of the weights of the model's fully connected layers, which are then part of the workload. */
      readonly weightBits?: number;
    }
  | { readonly kind: "reference"; readonly id: keyof typeof references }
  | {
      /** Fully connected layers alone. */
      readonly kind: "fully-connected";
      readonly model: string;
      readonly tokenCount: number;
      readonly weightBits: number;
    }
  | ({ readonly kind: "prompt" } & PromptRequest)
  | ({ readonly kind: "translation" } & TranslationRequest);

/** The workload of that name. @throws SpattenError `config` for an unknown benchmark or assumption. */
export function workloadNamed(name: NamedWorkload, benchmarks: Registry<Benchmark>): WorkloadSource {
  switch (name.kind) {
    case "reference":
      return references[name.id]();
    case "fully-connected":
      return fullyConnectedWorkload(name.model, name);
    case "prompt":
      return promptWorkload(name);
    case "translation":
      return translationWorkload(name);
    case "benchmark": {
      const { id, weightBits, ...request } = name;
      const source = benchmarkWorkload(lookUp(benchmarks, id, "benchmark"), request);
      return weightBits === undefined ? source : withFullyConnected(wholeWorkload(source), weightBits);
    }
  }
}

/** Ids of the anchors that a workload is made from. */
export function anchorsOfWorkload(name: NamedWorkload, benchmarks: Registry<Benchmark>): readonly string[] {
  if (name.kind !== "benchmark") return [];
  return anchorsOfBenchmark(lookUp(benchmarks, name.id, "benchmark"), name);
}
