import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

/** Whether the processor adds up products of int8 in 32 bits, and by which instruction. */
export type DotProductSupport =
  | { readonly kind: "present"; readonly instructions: readonly string[] }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

const UNKNOWN: DotProductSupport = { kind: "unknown" };

/** Flags of /proc/cpuinfo: VNNI on x86 (underscores differ between kernels), dot product and int8 matrices on ARM. */
const CPUINFO_FLAGS = ["avx512_vnni", "avx_vnni", "avx_vnni_int8", "asimddp", "i8mm"];
/** Names that sysctl lists on macOS. */
const SYSCTL_NAMES = ["hw.optional.avx512vnni", "hw.optional.arm.FEAT_DotProd", "hw.optional.arm.FEAT_I8MM"];

/** What the text of /proc/cpuinfo says of the first processor; one without a list of flags is unknown. */
export function dotProductOfCpuinfo(text: string): DotProductSupport {
  const list = /^(?:flags|Features)[ \t]*:(.*)$/m.exec(text)?.[1];
  if (list === undefined) return UNKNOWN;
  const flags = new Set(list.trim().split(/\s+/));
  return supportOf(CPUINFO_FLAGS.filter((flag) => flags.has(flag)));
}

/** What `sysctl hw.optional` says; without any line of its own it is unknown. */
export function dotProductOfSysctl(text: string): DotProductSupport {
  const values = new Map(
    text.split("\n").map((line) => {
      const [name = "", value = ""] = line.split(":");
      return [name.trim(), value.trim()];
    }),
  );
  if (![...values.keys()].some((name) => name.startsWith("hw.optional."))) return UNKNOWN;
  return supportOf(SYSCTL_NAMES.filter((name) => values.get(name) === "1"));
}

function supportOf(instructions: readonly string[]): DotProductSupport {
  return instructions.length === 0 ? { kind: "absent" } : { kind: "present", instructions };
}

/** Asks this computer; unknown where it does not say. */
export async function findDotProduct(): Promise<DotProductSupport> {
  if (process.platform === "linux") {
    return dotProductOfCpuinfo(await readFile("/proc/cpuinfo", "utf8").catch(() => ""));
  }
  if (process.platform !== "darwin") return UNKNOWN;
  return dotProductOfSysctl(
    await new Promise<string>((resolve) => {
      execFile("sysctl", ["hw.optional"], (_, stdout) => resolve(stdout));
    }),
  );
}
