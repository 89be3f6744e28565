import { defineConfig } from "@playwright/test"
import type { Topology } from "./e2e/site"

// Debian's Chromium, one browser at a time: each worker starts a program of its own (e2e/site.ts).
export default defineConfig<object, { topology: Topology }>({
  testDir: "e2e",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
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
