import { expect, it } from "vitest";
import { canonicalJson, configHash, sha256Hex } from "./json.ts";

it("equal values have equal hashes, whatever the order of their keys", () => {
  expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] })).toBe('{"a":[{"c":2,"d":1}],"b":1}');
  expect(configHash({ b: 1, a: 2 })).toBe(configHash({ a: 2, b: 1 }));
  expect(configHash({ a: 1 })).not.toBe(configHash({ a: 2 }));
  expect(sha256Hex(new Uint8Array())).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});
