import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bundledModelFolder } from "../../src/platform/node/installation.ts";
import { spattenHere } from "../support/command-line.ts";
import { commandLine, spatten } from "../support/exec.ts";
import { etagOf, type HubServer, SERVED_COMMIT, startHubServer } from "../support/hub-server.ts";

const bundled = bundledModelFolder("bert-clinc150");
const files = new Map<string, Uint8Array>(
  ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"].map((name) => [
    name,
    readFileSync(join(bundled, name)),
  ]),
);
const weights = files.get("model.safetensors")!;
const weightsEtag = etagOf("model.safetensors", weights);

let home: string;
let hub: HubServer;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "spatten-hub-cli-"));
  hub = await startHubServer(files);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  rmSync(home, { recursive: true, force: true });
});

const environment = (more = {}) => ({ HF_HOME: home, HF_ENDPOINT: hub.endpoint, HF_TOKEN: "", ...more });
const command = (model: string) => ["run", "--model", model, "--json"];
const run = (model: string, more = {}) => {
  for (const [name, value] of Object.entries(environment(more))) vi.stubEnv(name, value);
  return spattenHere(command(model));
};
/** In a process of its own: each owns what it has fetched in part. */
const runApart = (model: string) => spatten(command(model), { environment: environment() });
const blobs = () => readdirSync(join(home, "hub", "models--tiny--model", "blobs"));
/** What a run found, without the name that its model was asked for by. */
const findingsOf = (stdout: string) => {
  const { dense, pruned, layers, savings } = JSON.parse(stdout) as Record<string, unknown>;
  return { dense, pruned, layers, savings };
};

/** Serves half of the weights, then nothing, to a run that `signal` then ends; gives its exit code. */
async function endHalfWay(signal: NodeJS.Signals): Promise<number | null> {
  const half = weights.subarray(0, weights.length >> 1);
  const child = spawn(process.execPath, [commandLine, "run", "--model", "tiny/model"], {
    env: { ...process.env, ...environment() },
    stdio: "ignore",
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  hub.fault = (_, response, { method, path }) => {
    if (method !== "GET" || !path.endsWith("model.safetensors")) return false;
    response.writeHead(200, { "content-length": weights.length });
    // The half is on the way to the disk: a moment later some of it has arrived.
    response.write(half, () => setTimeout(() => child.kill(signal), 200));
    return true;
  };
  const code = await ended;
  hub.fault = () => false;
  return code;
}

describe("a model of the hub on the command line", () => {
  it("answers as the same folder does, for two that fetch it at once and without the hub", async () => {
    const [one, two, folder] = await Promise.all([
      runApart("tiny/model"),
      runApart("tiny/model"),
      run(bundled),
    ]);
    for (const { code, stderr } of [one, two]) expect(code, stderr).toBe(0);
    expect(findingsOf(one.stdout).dense).toMatchObject({ label: "weather" });
    expect(findingsOf(one.stdout)).toEqual(findingsOf(folder.stdout));
    expect(findingsOf(two.stdout)).toEqual(findingsOf(folder.stdout));
    expect(blobs().sort()).toEqual([...files].map(([name, content]) => etagOf(name, content)).sort());
    await hub.close();
    for (const [model, more] of [
      ["tiny/model", { HF_HUB_OFFLINE: "1" }],
      ["tiny/model", {}],
      [`tiny/model@${SERVED_COMMIT}`, {}],
    ] as const) {
      const { code, stdout, stderr } = await run(model, more);
      expect(code, stderr).toBe(0);
      expect(findingsOf(stdout)).toEqual(findingsOf(folder.stdout));
    }
  });

  it.skipIf(process.platform === "win32").each([
    ["Ctrl-C", "SIGINT", 130],
    ["a kill", "SIGKILL", null],
  ] as const)("goes on after %s where it stopped", async (_name, signal, code) => {
    expect(await endHalfWay(signal)).toBe(code);
    expect(blobs()).not.toContain(weightsEtag);
    expect((await run("tiny/model")).code).toBe(0);
    expect(hub.downloadsOf("model.safetensors").at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(blobs().filter((name) => name.includes("incomplete"))).toEqual([]);
  });

  it.each([
    ["an unknown model", "tiny/nothing", {}, 3, /tiny\/nothing.*no such model.*\[missing-model\]/],
    ["an unknown revision", "tiny/model@v9", {}, 3, /resolve\/v9.*no such.*\[missing-model\]/],
    [
      "a model that is not cached",
      "tiny/model",
      { HF_HUB_OFFLINE: "1" },
      3,
      /HF_HUB_OFFLINE.*\[missing-model\]/,
    ],
    ["a bad address", "tiny/model", { HF_ENDPOINT: "nowhere" }, 2, /HF_ENDPOINT.*\[config\]/],
    ["a cache in a file", "tiny/model", { HF_HUB_CACHE: commandLine }, 2, /HF_HUB_CACHE.*\[output\]/],
  ])("refuses %s", async (_name, model, more, exitCode, message) => {
    const { code, stdout, stderr } = await run(model, more);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
  });
});
