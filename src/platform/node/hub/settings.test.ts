import { join, sep } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelCache } from "./cache-layout.ts";
import { parseModelId } from "./model-id.ts";
import { hubSettings } from "./settings.ts";

describe("the variables of the hub's clients", () => {
  it.each([
    [{}, join("/me", ".cache", "huggingface", "hub")],
    [{ XDG_CACHE_HOME: "/x" }, join("/x", "huggingface", "hub")],
    [{ XDG_CACHE_HOME: "/x", HF_HOME: "/h" }, join("/h", "hub")],
    [{ HF_HOME: "~/h" }, join("/me", "h", "hub")],
    [{ HF_HOME: "/h", HF_HUB_CACHE: "/c" }, "/c"],
    [{ HF_HOME: " " }, join("/me", ".cache", "huggingface", "hub")],
  ])("%o keep models in %s", (environment, folder) => {
    expect(hubSettings(environment, "/me").cacheFolder).toBe(folder);
  });

  it("name the server, the token and whether there is a network", () => {
    const given = { HF_ENDPOINT: "http://mirror/", HF_TOKEN: "hf_x", HF_HUB_OFFLINE: "1", HF_HOME: "/h" };
    expect(hubSettings(given, "/me")).toMatchObject({
      endpoint: "http://mirror",
      token: "hf_x",
      tokenFile: join("/h", "token"),
      isOffline: true,
    });
    const none = { endpoint: "https://huggingface.co", token: undefined, isOffline: false };
    expect(hubSettings({ HF_HUB_OFFLINE: "0" }, "/me")).toMatchObject(none);
  });
});

describe("an id of the hub", () => {
  it.each([
    ["owner/name", "owner/name", "main"],
    ["owner/na.me-1_x@v1.0", "owner/na.me-1_x", "v1.0"],
    ["owner/name@refs/pr/1", "owner/name", "refs/pr/1"],
  ])("%s has its parts", (text, repository, revision) => {
    expect(parseModelId(text)).toEqual({ repository, revision });
  });

  it.each([
    "name",
    "./name",
    "../name",
    "/a/b",
    "a/b/c",
    "a/..",
    "a--b/c",
    "a/b@",
    "a/b@../c",
    "a\\b",
    "a/b c",
    "C:/b",
  ])("%s is none", (text) => {
    expect(parseModelId(text)).toBeUndefined();
  });

  it("never leads out of the cache", () => {
    const part = fc.string({ unit: fc.constantFrom("a", ".", "-", "/", "\\", "@", "_", "\0"), maxLength: 9 });
    fc.assert(
      fc.property(part, part, part, (owner, name, revision) => {
        const id = parseModelId(`${owner}/${name}@${revision}`);
        if (id === undefined) return;
        expect(modelCache("/c", id).referenceFile.startsWith(join("/c", "models--"))).toBe(true);
        expect(modelCache("/c", id).referenceFile).toContain(`${sep}refs${sep}`);
      }),
      { numRuns: 2000 },
    );
  });
});
