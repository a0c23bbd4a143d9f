import { expect, test } from "vitest";
import { dotProductOfCpuinfo, dotProductOfSysctl } from "./processor.ts";

const cpuinfo = (name: string, flags: string) =>
  `processor\t: 0\nmodel name\t: a processor\n${name}\t: ${flags}\nbugs\t\t: none\n\nprocessor\t: 1\n${name}\t: ${flags}\n`;

test("VNNI and its kin are read from the flags of /proc/cpuinfo", () => {
  const instructionsOf = (text: string) => {
    const support = dotProductOfCpuinfo(text);
    return support.kind === "present" ? support.instructions : support.kind;
  };
  expect(instructionsOf(cpuinfo("flags\t", "fpu sse4_2 avx2 avx512f avx512_vnni"))).toEqual(["avx512_vnni"]);
  expect(instructionsOf(cpuinfo("flags\t", "fpu avx2 avx_vnni"))).toEqual(["avx_vnni"]);
  expect(instructionsOf(cpuinfo("Features", "fp asimd asimddp i8mm"))).toEqual(["asimddp", "i8mm"]);
  expect(instructionsOf(cpuinfo("flags\t", "fpu sse4_2 avx2 avx512f"))).toBe("absent");
  expect(instructionsOf(cpuinfo("Features", "fp asimd"))).toBe("absent");
  // Named elsewhere, or nowhere.
  expect(instructionsOf("processor : 0\nmodel name : avx512_vnni\n")).toBe("unknown");
  expect(instructionsOf("")).toBe("unknown");
});

test("macOS tells by sysctl", () => {
  const lines = (...values: string[]) => values.map((line) => `hw.optional.${line}`).join("\n");
  expect(dotProductOfSysctl(lines("arm.FEAT_DotProd: 1", "arm.FEAT_I8MM: 0", "floatingpoint: 1"))).toEqual({
    kind: "present",
    instructions: ["hw.optional.arm.FEAT_DotProd"],
  });
  expect(dotProductOfSysctl(lines("avx2_0: 1", "avx512vnni: 0"))).toEqual({ kind: "absent" });
  expect(dotProductOfSysctl("sysctl: unknown oid")).toEqual({ kind: "unknown" });
});
