/** A model of the hub, at a branch, a tag or a commit. */
export interface HubModelId {
  /** `owner/name`. */
  readonly repository: string;
  readonly revision: string;
}

const DEFAULT_REVISION = "main";
const PART = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/;
const REVISION = /^[A-Za-z0-9_][A-Za-z0-9._+-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._+-]*)*$/;
/** The hub's own limit, in characters. */
const MAXIMUM_REPOSITORY_LENGTH = 96;

/** The parts of `owner/name` or `owner/name@revision`, or undefined for a text that cannot be an id of the hub. */
export function parseModelId(text: string): HubModelId | undefined {
  const at = text.indexOf("@");
  const repository = at < 0 ? text : text.slice(0, at);
  const revision = at < 0 ? DEFAULT_REVISION : text.slice(at + 1);
  const parts = repository.split("/");
  const isRepository =
    parts.length === 2 &&
    repository.length <= MAXIMUM_REPOSITORY_LENGTH &&
    // Two dashes stand for the slash in the cache, and two dots lead out of it.
    parts.every((part) => PART.test(part) && !part.includes("--") && !part.includes(".."));
  const isRevision = revision.length <= 250 && REVISION.test(revision) && !revision.includes("..");
  return isRepository && isRevision ? { repository, revision } : undefined;
}

/** True for a revision that cannot move. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}
