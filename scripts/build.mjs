import { ensureReady } from "./ensure.mjs";

ensureReady();
