import { join } from "node:path";

/** Where models come from and where they are kept, by the variables that the hub's own clients read. */
export interface HubSettings {
  /** Address of the hub, without a slash at its end. */
  readonly endpoint: string;
  readonly cacheFolder: string;
  /** Variable or file that may hold a token; the variable wins. */
  readonly token: string | undefined;
  readonly tokenFile: string;
  /** The cache alone is asked. */
  readonly isOffline: boolean;
  readonly patience: HubPatience;
}

/** How long a failing hub is asked. */
export interface HubPatience {
  /** Requests in a row that bring nothing new. */
  readonly attemptCount: number;
  /** Wait after the first of them; it doubles. */
  readonly firstWaitMilliseconds: number;
  /** A hub that wants a longer wait is an error at once. */
  readonly longestWaitMilliseconds: number;
  /** A connection without a byte for so long is given up. */
  readonly stallMilliseconds: number;
}

const USUAL_PATIENCE: HubPatience = {
  attemptCount: 5,
  firstWaitMilliseconds: 500,
  longestWaitMilliseconds: 60_000,
  stallMilliseconds: 30_000,
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that an environment asks for; an empty variable counts as absent. */
export function hubSettings(environment: Environment, homeFolder: string): HubSettings {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const caches = read("XDG_CACHE_HOME") ?? join(homeFolder, ".cache");
  const hubHome = withHome(read("HF_HOME") ?? join(caches, "huggingface"), homeFolder);
  return {
    endpoint: (read("HF_ENDPOINT") ?? "https://huggingface.co").replace(/\/+$/, ""),
    cacheFolder: withHome(read("HF_HUB_CACHE") ?? join(hubHome, "hub"), homeFolder),
    token: read("HF_TOKEN"),
    tokenFile: withHome(read("HF_TOKEN_PATH") ?? join(hubHome, "token"), homeFolder),
    isOffline: /^(1|on|yes|true)$/i.test(read("HF_HUB_OFFLINE") ?? ""),
    patience: USUAL_PATIENCE,
  };
}

/** A shell does not unfold `~` inside quotes, and the hub's own clients do. */
function withHome(path: string, homeFolder: string): string {
  return path === "~" || path.startsWith("~/") ? join(homeFolder, path.slice(1)) : path;
}
