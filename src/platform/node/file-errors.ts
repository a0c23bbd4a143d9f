import { type ErrorCode, isSpattenError, SpattenError } from "../../base/errors.ts";

/** True for an operating system's error with one of those codes. */
export function isFileError(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder, not a file",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  ENAMETOOLONG: "the name is too long",
  ERR_FS_FILE_TOO_LARGE: "the file is too large to read whole",
};

function fileError(code: ErrorCode, what: string, error: unknown, where: string): unknown {
  if (isSpattenError(error) || !(error instanceof Error) || !("code" in error)) return error;
  const reason = REASONS[String(error.code)] ?? error.message;
  return new SpattenError(code, `${what}: ${reason}`, { where }, error);
}

/** The typed error of an input file that could not be read; anything but a file error comes back as it is. */
export function inputFileError(error: unknown, where: string, code: ErrorCode = "input"): unknown {
  return fileError(code, "cannot read", error, where);
}

/** The typed error of an output that could not be written. */
export function outputFileError(error: unknown, where: string): unknown {
  return fileError("output", "cannot write", error, where);
}

/** The typed error of an input with more than `limitBytes`; `what` names the part that is too long. */
export function tooLong(where: string, limitBytes: number, what: string): SpattenError {
  return new SpattenError("input", `${what} is too long`, { where, expected: `at most ${limitBytes} bytes` });
}

/** The typed error of an input that is not UTF-8. */
export function notText(where: string): SpattenError {
  return new SpattenError("input", "the file is not text", { where, expected: "UTF-8" });
}
