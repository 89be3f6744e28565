// Not a test: `make screenshots` runs it, and it writes web/screenshots/NAME-THEME.png; those of the README, docs/screenshots/.
import { resolve } from "node:path"
import { screens, shown } from "./screens"
import { test } from "./site"

/** The screenshots that the README shows, and git keeps. */
const IN_README = ["today-light", "order-light", "orders-dark", "dead-letter-dark"]

/** The file of a screenshot. */
function fileOf(name: string): string {
  const folder = IN_README.includes(name) ? "../../docs/screenshots" : "../screenshots"
  return resolve(import.meta.dirname, folder, `${name}.png`)
}

for (const theme of ["light", "dark"] as const) {
  test(`screenshots, ${theme}`, async ({ signedIn: page, site }) => {
    test.setTimeout(240_000)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" })
    for (const { name, path } of await screens(site)) {
      await shown(page, path)
      await page.screenshot({ path: fileOf(`${name}-${theme}`) })
    }
  })

  test(`screenshot of the sign-in, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme })
    await page.goto("/sign-in")
    await page.getByRole("heading", { level: 1 }).waitFor()
    await page.screenshot({ path: fileOf(`sign-in-${theme}`) })
  })
}
