import type { Page } from "@playwright/test"
import { barriers } from "./axe"
import { screens, shown } from "./screens"
import { expect, test } from "./site"

/** Light and dark differ in their colours only. */
const RULES = { light: null, dark: ["color-contrast"] }

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

function violations(page: Page, theme: keyof typeof RULES): Promise<string[]> {
  const rules = RULES[theme]
  return barriers(page, rules ? { rules } : { tags: TAGS })
}

for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing serious on any screen, ${theme}`, async ({ signedIn: page, site }) => {
    test.setTimeout(420_000)
    await page.emulateMedia({ colorScheme: theme })
    const found: Record<string, string[]> = {}
    for (const { name, path } of await screens(site)) {
      await shown(page, path)
      const serious = await violations(page, theme)
      if (serious.length > 0) found[name] = serious.slice(0, 5)
    }
    expect(found).toEqual({})
  })

  test(`axe finds nothing serious before somebody is signed in, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme })
    for (const path of ["/sign-in", "/invitation#token", "/setup#token"]) {
      await shown(page, path)
      expect(await violations(page, theme), path).toEqual([])
    }
  })
}

test("whatever has the focus shows it", async ({ signedIn: page }) => {
  await page.goto("/contacts")
  await page.getByRole("table").waitFor()
  for (let stop = 0; stop < 25; stop++) {
    await page.keyboard.press("Tab")
    const seen = () =>
      page.evaluate(() => {
        const focused = document.activeElement
        if (!focused || focused === document.body) return true
        // The border's colour as the browser computes it, to be compared with.
        const probe = document.body.appendChild(document.createElement("i"))
        probe.style.color = "var(--mantine-primary-color-filled)"
        const primary = getComputedStyle(probe).color
        probe.remove()
        const visible = (element: Element | null): boolean => {
          if (!element) return false
          const { outlineStyle, outlineWidth, borderColor } = getComputedStyle(element)
          return (
            (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1) ||
            borderColor === primary ||
            element.matches("input:focus")
          )
        }
        return visible(focused) || visible(focused.parentElement)
      })
    const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))
    // A border's colour takes a moment to change.
    await expect.poll(seen, { message: focused }).toBe(true)
  }
})
