import { statSync } from "node:fs"
import { join, resolve } from "node:path"
import { expect, test } from "./site"

/** kB of script, gzip, until the first screen stands. */
const MOST = 250

test("the first screen needs little", async ({ signedIn: page, site }) => {
  test.skip(Boolean(process.env.COMPTOIR_DEV), "only a build is small")
  const fresh = await page.context().newPage()
  // When the screen's heading is in the page: what starts later, the chart, nobody waits for.
  await fresh.addInitScript(() => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector("h1")) return
      seen.disconnect()
      performance.mark("heading")
    })
    seen.observe(document, { childList: true, subtree: true })
  })
  await fresh.goto(site.url)
  await fresh.getByRole("heading", { level: 1 }).waitFor()
  const scripts = await fresh.evaluate(() => {
    const heading = performance.getEntriesByName("heading")[0]?.startTime ?? Number.POSITIVE_INFINITY
    const loaded = performance.getEntriesByType("resource").filter((entry) => entry.startTime <= heading)
    return loaded.map((entry) => new URL(entry.name).pathname).filter((path) => path.endsWith(".js"))
  })
  const dist = resolve(import.meta.dirname, "../dist")
  const bytes = scripts.reduce((sum, script) => sum + statSync(`${join(dist, script)}.gz`).size, 0)
  test.info().annotations.push({
    type: "weight",
    description: `${Math.round(bytes / 1000)} kB of script in ${scripts.length} files`,
  })
  expect(scripts.length).toBeGreaterThan(3)
  expect(bytes / 1000).toBeLessThan(MOST)
})
