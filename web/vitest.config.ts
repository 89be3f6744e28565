import { defineConfig } from "vitest/config"

// Units beside their sources; e2e/ is Playwright's.
export default defineConfig({
  resolve: { alias: { "@": new URL("src", import.meta.url).pathname } },
  test: { include: ["src/**/*.test.ts"] },
})
