import { defineConfig } from "@playwright/test"
import type { Topology } from "./e2e/site"

// Debian's Chromium. Each worker starts a program of its own for each file (e2e/site.ts), so files know nothing of one another.
export default defineConfig<object, { topology: Topology }>({
  testDir: "e2e",
  workers: 2,
  // Nothing here measures time (speed.ts does): what is right but slow, on a busy machine, is right. COMPTOIR_TEST_SLOWLY makes any
  // machine such a one, to find what only luck lets pass (e2e/slowly.ts).
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  // After a failure Playwright begins a new worker, and so a new site: nothing of the first try is left. What passes only then is
  // listed as flaky at the end, and is a defect like any other; it does not keep a change out.
  retries: process.env.CI ? 1 : 0,
  reporter: [["list"]],
  projects: [
    { name: "tests", testMatch: /\.spec\.ts$/ },
    // The same journey through the parts of the brief.
    { name: "cloud", testMatch: /journey\.spec\.ts$/, use: { topology: "cloud" } },
    // `make screenshots`, `make bench`
    { name: "screenshots", testMatch: /screenshots\.ts$/ },
    { name: "speed", testMatch: /speed\.ts$/ },
  ],
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    viewport: { width: 1280, height: 800 },
    // What moves is not what these ask about: on a busy machine a click would wait for the end of it, or meet it half-way.
    contextOptions: { reducedMotion: "reduce" },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.COMPTOIR_TEST_CHROMIUM ?? "/usr/bin/chromium",
      // Chromium's own calls home have nothing to do with us; root has no sandbox.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
})
