import { statSync } from "node:fs"
import { join, resolve } from "node:path"
import { expect, test } from "./site"

/** kB of script, gzip, until the first screen stands. */
const MOST = 250

test("the first screen needs little", async ({ signedIn: page, site }) => {
  test.skip(Boolean(process.env.COMPTOIR_DEV), "only a build is small")
  const scripts = new Set<string>()
  const fresh = await page.context().newPage()
  fresh.on("request", (request) => {
    if (request.url().endsWith(".js")) scripts.add(new URL(request.url()).pathname)
  })
  await fresh.goto(site.url)
  await fresh.getByRole("heading", { level: 1 }).waitFor()
  const dist = resolve(import.meta.dirname, "../dist")
  const bytes = [...scripts].reduce((sum, script) => sum + statSync(`${join(dist, script)}.gz`).size, 0)
  test.info().annotations.push({
    type: "weight",
    description: `${Math.round(bytes / 1000)} kB of script in ${scripts.size} files`,
  })
  expect(scripts.size).toBeGreaterThan(3)
  expect(bytes / 1000).toBeLessThan(MOST)
})
