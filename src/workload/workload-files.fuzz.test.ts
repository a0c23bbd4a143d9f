import { expect, test } from "vitest";
import { isSpattenError } from "../base/errors.ts";
import { createRandom } from "../base/random.ts";
import { mutatedBytes } from "../base/tensor-file/mutated-bytes.reference.ts";
import { readOfficialCsv, writeOfficialCsv } from "./official-csv.ts";
import { pairFusedRows } from "./official-pairs.ts";
import { workloadFromOfficialCsv } from "./official-workload.ts";
import { workloadStatistics } from "./statistics.ts";
import { splitLines } from "./text-lines.ts";
import { readWorkload, writeWorkloadLines } from "./workload-lines.ts";
import { sampleJob, sampleWorkload } from "./workload-samples.reference.ts";

/** Reads mutants of a text; how many were refused. Any exception but a typed `workload` error fails the test. */
async function refusedAmong(count: number, text: string, read: (text: string) => unknown): Promise<number> {
  const bytes = new TextEncoder().encode(text);
  let refused = 0;
  for (let seed = 0; seed < count; seed++) {
    const mutant = new TextDecoder().decode(mutatedBytes(bytes, createRandom(seed)));
    try {
      await read(mutant);
    } catch (error) {
      if (!isSpattenError(error) || error.code !== "workload")
        throw new Error(`seed ${seed}`, { cause: error });
      refused++;
    }
  }
  return refused;
}

test("3,000 damaged workloads are read or refused with a typed error", async () => {
  const workload = sampleWorkload([
    sampleJob({ keyIds: [0, 2, 3, 7], topK: [{ of: "token", n: 4, k: 2, count: 1 }] }),
    sampleJob({ head: 1, valuesPerQuery: [1, 2, 3, 3], refetchedQueries: [0, 3] }),
    {
      kind: "fully-connected",
      iteration: 0,
      layer: 1,
      name: "f",
      vectorCount: 4,
      rows: 8,
      columns: 8,
      weightBits: 8,
    },
  ]);
  const text = `${[...writeWorkloadLines(workload)].join("\n")}\n`;
  const refused = await refusedAmong(3000, text, async (mutant) => {
    const read = await readWorkload(splitLines([mutant], "mutant"), "mutant");
    workloadStatistics(read);
    expect(await readWorkload(writeWorkloadLines(read), "again")).toEqual(read);
  });
  expect(refused).toBeGreaterThan(2000);
  expect(refused).toBeLessThan(3000);
});

test("3,000 damaged official files are read or refused with a typed error", async () => {
  const text = [
    "iteration_id,layer_id,head_id,embedding_length_D,sentence_length_L,key_fetch_num,quant_key_bit,quant_query_bit,auto_requant_thres,if_requant,auto_requant_incre,value_fetch_num,quant_value_bit,if_accumulate_importance,if_rescale_previous_importance,if_topk,topk",
    "0,0,0,64.0,993,993,6,16,0.05,True,4,204,6,True,False,False,-1",
    "0,0,1,64.0,993,993,6,16,0.05,True,4,204,6,True,False,False,-1",
    "0,1,0,64.0,993,716,8,16,0.05,False,4,143,8,True,False,True,204",
    "1,0,0,64.0,994,921,-1,-1,-1,False,-1,921,-1,False,True,False,-1",
    "configs/gpt2/wikitext2/small.yml,,,,,,,,,,,,,,,,",
    "",
  ].join("\n");
  const refused = await refusedAmong(3000, text, (mutant) => {
    const csv = readOfficialCsv(mutant, "mutant");
    const written = writeOfficialCsv(csv);
    expect(readOfficialCsv(written, "again")).toEqual(csv);
    workloadStatistics(workloadFromOfficialCsv(csv, "mutant"));
    pairFusedRows(csv.rows);
  });
  expect(refused).toBeGreaterThan(1500);
  expect(refused).toBeLessThan(3000);
});
