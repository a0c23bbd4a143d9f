import type { Steps } from "../../base/checkpoint.ts";
import { lookUp } from "../../base/registry.ts";
import { linesOf, type TextFolder } from "../../base/text-folder.ts";
import { CommandLog } from "../../hardware/dram/command-log.ts";
import { replaySteps } from "../../hardware/dram/replay.ts";
import { deviceOf, recordedSimulators } from "./dram-golden.ts";
import { addressesOf } from "./dram-streams.ts";
import { type Difference, folderOf, type Oracle } from "./oracle.ts";
import { lineDifferences, tallyCases } from "./tally.ts";

/** A run of which every command was recorded: `<trace>.<limit>`. */
export interface CommandRun {
  readonly trace: string;
  readonly limit: "dpi16" | "queue33";
}

const FOLDER = "dram/cmd-traces";

/** The recorded runs, by the names of their files. */
export function readCommandRuns(golden: TextFolder): readonly CommandRun[] {
  return golden.fileNames(FOLDER).flatMap((name) => {
    const [, trace, limit] = /^(.+)\.(dpi16|queue33)\.commands\.csv$/.exec(name) ?? [];
    return trace === undefined ? [] : [{ trace, limit: limit as CommandRun["limit"] }];
  });
}

/** The recorded simulator of a run. */
export function simulatorOf({ limit }: CommandRun) {
  return lookUp(recordedSimulators, `r2-2023-10-official.${limit}`, "recorded simulator");
}

/** The recorded commands of a run, as text. */
export function recordedCommands(golden: TextFolder, { trace, limit }: CommandRun): string {
  return golden.readText(`${FOLDER}/${trace}.${limit}.commands.csv`);
}

/** The addresses, every command, and acceptance and response of every request, against the recorded ones. */
export function* commandDifferences(golden: TextFolder, run: CommandRun): Steps<readonly Difference[]> {
  const { trace, limit } = run;
  const where = `${trace}.${limit}`;
  const simulator = simulatorOf(run);
  const device = deviceOf(simulator);
  const addresses = addressesOf(trace);
  const log = new CommandLog(device);
  const { outstandingLimit } = simulator;
  const replay = yield* replaySteps(device, addresses, { outstandingLimit, observer: log });
  // Cycle c runs tick c + 1; a response is popped in the cycle after its callback.
  const requests = Array.from(addresses, (address, index) => {
    const popped = replay.poppedCycle[index]!;
    return [index, address, replay.acceptedCycle[index], popped - 1, popped].join();
  });
  const recorded = (file: string): readonly string[] => linesOf(golden.readText(file));
  return [
    ...lineDifferences(
      `${where} addresses`,
      recorded(`dram/traces-small/${trace}.txt`),
      Array.from(addresses, String),
    ),
    ...lineDifferences(
      `${where} commands`,
      linesOf(recordedCommands(golden, run)),
      linesOf(log.text().join("")),
    ),
    ...lineDifferences(`${where} requests`, recorded(`${FOLDER}/${where}.requests.csv`), requests),
  ];
}

/** Command by command: equal totals could hide two faults that cancel. */
export const dramCommandTraces: Oracle = {
  id: "dram-commands",
  title: "every DRAM command under the release's preset",
  compared: "tick, command, bank, row and column, line by line; acceptance and response of every request",
  kind: "other simulator",
  needs: [{ folder: "golden", path: FOLDER }],
  *run(context) {
    const golden = folderOf(context, "golden");
    const tally = yield* tallyCases("command traces", readCommandRuns(golden), (run) =>
      commandDifferences(golden, run),
    );
    return tally.outcome("traces", "every line");
  },
};
