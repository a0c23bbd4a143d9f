import { mkdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { isSpattenError } from "../base/errors.ts";
import { canonicalJson, configHash } from "../base/json.ts";
import {
  type KeptMeasurement,
  keptMeasurementSchema,
  type MeasuredReport,
  type Measurement,
} from "../experiments/ledger/measurement.ts";
import { packageFolder, packageVersion } from "../platform/node/installation.ts";
import { type LineRecords, openLineRecords } from "./line-records.ts";

/** Finished simulations of the ledger on disk, so that an interrupted run goes on and the next one is instant. */
export interface MeasurementCache {
  find(measurement: Measurement): MeasuredReport | undefined;
  add(measurement: Measurement, report: MeasuredReport): Promise<void>;
  close(): Promise<void>;
}

/** The cache of this build, begun anew where its file is broken; undefined where nothing can be kept. */
export async function openMeasurementCache(): Promise<MeasurementCache | undefined> {
  const build = await buildHash();
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "spatten");
  const file = join(folder, `simulations-${build}.jsonl`);
  try {
    await mkdir(folder, { recursive: true });
    const records = await openRecords(file, build).catch(async (error: unknown) => {
      if (!isSpattenError(error) || error.code === "output") throw error;
      await rm(file, { force: true });
      return openRecords(file, build);
    });
    return cacheOf(records);
  } catch {
    return undefined;
  }
}

function openRecords(file: string, build: string): Promise<LineRecords<KeptMeasurement>> {
  return openLineRecords<KeptMeasurement>(file, build, {
    schema: "spatten/simulations@1",
    what: "simulation",
    lineSchema: keptMeasurementSchema,
  });
}

function cacheOf({ finished, append, close }: LineRecords<KeptMeasurement>): MeasurementCache {
  return {
    find: (measurement) => finished.get(canonicalJson(measurement))?.report,
    add: (measurement, report) => append({ key: canonicalJson(measurement), report }),
    close,
  };
}

/** Name of this build: a change of the code is another cache. */
async function buildHash(): Promise<string> {
  const built = await readFile(join(packageFolder, "dist", ".spatten-built"), "utf8").catch(() => "");
  return configHash([await packageVersion(), built]);
}
