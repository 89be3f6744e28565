import { barriers } from "./axe"
import { shown } from "./screens"
import { expect, test } from "./site"

test("the day is told, and changes while one looks", async ({ signedIn: page, context }) => {
  const today = page.getByRole("group", { name: "Orders today" })
  await expect(today).toBeVisible()
  await expect(page.getByRole("heading", { name: "The last 90 days" })).toBeVisible()
  await expect(page.getByText("Something is stuck")).toBeVisible()
  await expect(page.getByRole("heading", { name: "Late", exact: true })).toBeVisible()
  const other = await context.newPage()
  await other.goto("/orders/new")
  await other.getByRole("textbox", { name: "Contact" }).fill("Live Contact")
  await other.getByRole("option", { name: /New contact/ }).click()
  await other.getByLabel("Product, line 1").fill("Something")
  await other.getByLabel("Unit price, line 1").fill("10")
  await other.getByRole("button", { name: "Place order" }).click()
  await expect(other.getByRole("heading", { name: /^O-/ })).toBeVisible()
  await expect(page.getByRole("list", { name: "Last orders" }).getByText("Live Contact")).toBeVisible()
})

test("nothing serious stands in anybody's way, in light and dark, nor on a telephone", async ({
  signedIn: page,
}) => {
  test.setTimeout(420_000)
  await page.goto("/orders?payment_status=paid")
  const order = await page
    .getByRole("table", { name: "Orders" })
    .getByRole("link")
    .first()
    .getAttribute("href")
  const screens = ["/", "/orders", "/orders/new", `${order}`, "/transactions", "/transactions?tab=due"]
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme })
    for (const screen of screens) {
      await shown(page, screen)
      expect.soft(await barriers(page), `${screen} in ${colorScheme}`).toEqual([])
    }
  }
  await page.setViewportSize({ width: 375, height: 740 })
  for (const screen of screens) {
    await shown(page, screen)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect.soft(wide, `${screen} fits a telephone`).toBeLessThanOrEqual(375)
  }
})
