// Runs in a web worker: a simulation off the page's own thread.
import { bertBaseDense128, machines } from "spatten/machines";

postMessage(await machines[0].simulate(bertBaseDense128()));
