import type { Checkpoint, Progress } from "../../base/checkpoint.ts";
import type { FolderReader } from "../../base/folder-reader.ts";
import type { Engine } from "../../inference/engines/engine.ts";
import type { Dataset } from "../../quality/datasets/dataset.ts";

/** What long runs are made with: all that needs a disk, and the engine, handed in by the edge. */
export interface Workbench {
  /** Folder of a model by its name. @throws SpattenError `missing-model`. */
  openModel(name: string): Promise<FolderReader>;
  /** A data set by its name below the data folder, such as `clinc150`. @throws SpattenError `missing-data`, `input`. */
  openDataset(name: string): Promise<Dataset>;
  readonly engine: Engine;
  readonly checkpoint: Checkpoint;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Figures of a long run, before they are stamped and stored. */
export interface Remeasured {
  /** Model, data and setting. */
  readonly on: string;
  readonly values: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

/** A stored result by its id, and what it takes to make it: models and data sets, in words. */
export interface StoredNeed {
  readonly id: string;
  readonly needs: string;
}

/** A run on models that is too long for the ledger, whose figures are therefore stored. */
export interface Remeasurement extends StoredNeed {
  readonly title: string;
  /** @throws SpattenError `missing-model`, `missing-data`, `input`, `missing-engine`, `aborted`. */
  run(workbench: Workbench): Promise<Remeasured>;
}

/** The command that makes a stored result again. */
export function remeasureCommand(id: string): string {
  return `spatten reproduce --remeasure ${id}`;
}
