// Not a test: `make screenshots` runs it, and it writes docs/screenshots/NAME-THEME.png.
import { resolve } from "node:path"
import { screens, shown } from "./screens"
import { test } from "./site"

const FOLDER = resolve(import.meta.dirname, "../../docs/screenshots")

for (const theme of ["light", "dark"] as const) {
  test(`screenshots, ${theme}`, async ({ signedIn: page, site }) => {
    test.setTimeout(240_000)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" })
    for (const { name, path } of await screens(site)) {
      await shown(page, path)
      await page.screenshot({ path: `${FOLDER}/${name}-${theme}.png` })
    }
  })

  test(`screenshot of the door, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme })
    await page.goto("/sign-in")
    await page.getByRole("heading", { level: 1 }).waitFor()
    await page.screenshot({ path: `${FOLDER}/sign-in-${theme}.png` })
  })
}
