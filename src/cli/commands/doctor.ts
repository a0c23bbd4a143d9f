import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { isSpattenError } from "../../base/errors.ts";
import type { Engine } from "../../inference/engines/engine.ts";
import { bundledModelFolder, bundledModels } from "../../platform/node/installation.ts";
import { checkModelFiles } from "../../platform/node/model-checksums.ts";
import { type DotProductSupport, findDotProduct } from "../../platform/node/processor.ts";
import { inertJson } from "../../report/inert-text.ts";
import type { CommandContext } from "../context.ts";
import { padTo } from "../terminal.ts";

interface Finding {
  readonly what: string;
  readonly state: "ok" | "missing" | "broken";
  readonly detail: string;
}

/** `spatten doctor`: what this installation has, and whether its models are whole. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command("doctor")
    .description("show what this installation has and whether it is whole")
    .option("--json", "print one JSON document")
    .action(async (options: { json?: boolean }) => {
      const { version, commit, runtime } = await context.provenance();
      const spatten = await context.spatten();
      const findings: Finding[] = [
        {
          what: "spatten",
          state: "ok",
          detail: commit === null ? version : `${version} at ${commit.slice(0, 12)}`,
        },
        { what: "runtime", state: "ok", detail: `${runtime}, ${availableParallelism()} cores` },
        processorFinding(await findDotProduct()),
        ...(await Promise.all(spatten.engines.map(engineFinding))),
        ...(await modelFindings()),
      ];
      if (options.json === true) {
        context.stdout.write(`${inertJson({ schema: "spatten/doctor@1", findings })}\n`);
        return;
      }
      const width = Math.max(...findings.map((finding) => finding.what.length));
      for (const { what, state, detail } of findings) {
        const mark = state === "ok" ? context.style.accent("ok     ") : context.style.warn(padTo(state, 7));
        context.stdout.write(`${mark}  ${padTo(what, width)}  ${detail}\n`);
      }
    });
}

/** What the processor means for the choice between int8 weights of 7 bits and of all 8. */
function processorFinding(support: DotProductSupport): Finding {
  const what = "processor";
  const narrow = "int8 weights keep to 7 bits (engine onnx-int8)";
  switch (support.kind) {
    case "present":
      return {
        what,
        state: "ok",
        detail: `${support.instructions.join(", ")}: int8 products add up in 32 bits, so weights may use all 8 bits (engine onnx-int8-full, export --int8 --full-range)`,
      };
    case "absent":
      return { what, state: "ok", detail: `no VNNI or dot product: products of 8 bits saturate; ${narrow}` };
    case "unknown":
      return { what, state: "ok", detail: `does not say whether it has VNNI or a dot product; ${narrow}` };
  }
}

async function engineFinding(engine: Engine): Promise<Finding> {
  const { title } = engine;
  const what = `engine ${engine.id}`;
  try {
    const detail = (await engine.describe?.()) ?? "";
    return { what, state: "ok", detail: detail === "" ? title : `${title}; ${detail}` };
  } catch (error) {
    if (isSpattenError(error)) return { what, state: "missing", detail: error.message };
    throw error;
  }
}

async function modelFindings(): Promise<Finding[]> {
  const names = await bundledModels();
  if (names.length === 0) return [{ what: "models", state: "missing", detail: "no bundled model is there" }];
  return Promise.all(
    names.map(async (name): Promise<Finding> => {
      const broken = await checkModelFiles(bundledModelFolder(name));
      return {
        what: `model ${name}`,
        state: broken.length === 0 ? "ok" : "broken",
        detail:
          broken.length === 0 ? "files as their checksums say" : `not as released: ${broken.join(", ")}`,
      };
    }),
  );
}
