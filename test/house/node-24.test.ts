import { expect, it } from "vitest";
import { commandLine, exec } from "../support/exec.ts";

const node24 = process.env.SPATTEN_NODE_24;

// Only CI installs a second Node; elsewhere there is nothing to try, and nothing to skip.
if (node24 !== undefined) {
  it("the built package runs on Node 24 and gives the same answer", async () => {
    const command = [commandLine, "run", "--text", "what is my balance", "--json"];
    const [ours, other] = [await exec(process.execPath, command), await exec(node24, command)];
    expect(other.code, other.stderr).toBe(0);
    expect(withoutRuntime(other.stdout)).toEqual(withoutRuntime(ours.stdout));
  });
} else {
  it("the built package runs on the Node at hand", async () => {
    const { code, stdout } = await exec(process.execPath, [commandLine, "--version"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
}

function withoutRuntime(json: string): unknown {
  const document = JSON.parse(json) as { provenance: { runtime?: string } };
  delete document.provenance.runtime;
  return document;
}
