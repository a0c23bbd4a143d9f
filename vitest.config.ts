import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The build is run as it is, as Node does.
    server: { deps: { external: [/[/\\]dist[/\\]/] } },
    pool: "threads",
    maxWorkers: 2,
    // No module has state that a test could leave behind, so that each is loaded once a thread.
    isolate: false,
    typecheck: { enabled: true, include: ["test/types/**/*.test-d.ts"], tsconfig: "./tsconfig.json" },
  },
});
