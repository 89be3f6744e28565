import { shown } from "./screens"
import { expect, test } from "./site"

test("everything is found from the palette, by keyboard", async ({ signedIn: page }) => {
  await page.keyboard.press("Control+k")
  const field = page.getByRole("textbox", { name: "Search or go to…" })
  await expect(field).toBeFocused()
  await page.keyboard.type("O-1001")
  await expect(page.getByRole("option", { name: /O-1001/ })).toBeVisible()
  await page.keyboard.press("Enter")
  await expect(page.getByRole("heading", { name: "O-1001" })).toBeVisible()
  await page.keyboard.press("?")
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible()
  await page.keyboard.press("Escape")
  await expect(page.getByRole("dialog")).toBeHidden()
  // As fast as somebody types, however slow this is.
  await Promise.all([page.keyboard.press("g"), page.keyboard.press("c")])
  await expect(page.getByRole("heading", { name: "Contacts" })).toBeVisible()
})

test("language and appearance are chosen, and kept", async ({ signedIn: page, site }) => {
  await page.locator("header").getByRole("button").last().click()
  await page.getByText("Français", { exact: true }).click()
  await expect(page.getByRole("navigation", { name: "Menu principal" })).toBeVisible()
  await page.getByText("Sombre", { exact: true }).click()
  await page.goto(`${site.url}/orders`)
  await expect(page.getByRole("heading", { name: "Commandes" })).toBeVisible()
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark")
  await expect(page.locator("html")).toHaveAttribute("lang", "fr")
})

test("on a telephone, nothing lies beside the screen", async ({ signedIn: page }) => {
  await page.setViewportSize({ width: 375, height: 740 })
  for (const path of ["/", "/orders", "/orders/new", "/contacts", "/transactions", "/products"]) {
    await shown(page, path)
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(wide, path).toBeLessThanOrEqual(0)
  }
  await page.getByRole("button", { name: "Menu" }).click()
  await page.getByRole("navigation").getByRole("link", { name: "Orders" }).click()
  await page.getByRole("table", { name: "Orders" }).getByRole("link").first().click()
  await expect(page.getByRole("heading", { name: /^O-\d+$/ })).toBeVisible()
  // Its lines stand below each other; they had been scrolled sideways.
  const lines = page.getByRole("table", { name: "Lines" })
  expect(await lines.evaluate((table) => table.getBoundingClientRect().right)).toBeLessThanOrEqual(375)
})

test("a lost connection is told, what was typed stays, and everything goes on", async ({
  signedIn: page,
  context,
}) => {
  await page.goto("/contacts/new")
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Typed in a tunnel")
  await context.setOffline(true)
  await page.getByRole("button", { name: "Create the contact" }).click()
  await expect(page.getByText("No connection to the server", { exact: false })).toBeVisible()
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Typed in a tunnel")
  await context.setOffline(false)
  await expect(page.getByText("No connection to the server", { exact: false })).toBeHidden({
    timeout: 20_000,
  })
  await page.getByRole("button", { name: "Create the contact" }).click()
  await expect(page.getByRole("heading", { name: "Typed in a tunnel" })).toBeVisible()

  await page.goto("/orders/new")
  await page.getByRole("textbox", { name: "Contact" }).fill("Typed in a tunnel")
  await page.getByRole("option", { name: "Typed in a tunnel" }).first().click()
  await page.getByLabel("Product, line 1").fill("Lamp")
  await page.getByLabel("Quantity, line 1").fill("2")
  await page.getByLabel("Unit price, line 1").fill("10")
  await context.setOffline(true)
  await page.getByRole("button", { name: "Place order" }).click()
  await expect(page.getByText("No connection to the server", { exact: false })).toBeVisible()
  await expect(page.getByLabel("Product, line 1")).toHaveValue("Lamp")
  await context.setOffline(false)
  await expect(page.getByText("No connection to the server", { exact: false })).toBeHidden({
    timeout: 20_000,
  })
  await page.getByRole("button", { name: "Place order" }).click()
  await expect(page.getByRole("heading", { name: /^O-\d+$/ })).toBeVisible()
})

test("an unknown address says so, and one's session ends where one wants", async ({ signedIn: page }) => {
  await page.goto("/nowhere")
  await expect(page.getByText("Not found, or no longer available")).toBeVisible()
  await page.goto("/orders?state=draft")
  await page.locator("header").getByRole("button").last().click()
  await page.getByText("Sign out").click()
  await expect(page.getByRole("heading", { name: "Sign in to Comptoir" })).toBeVisible()
  await page.goto("/orders?state=draft")
  await expect(page.getByRole("heading", { name: "Sign in to Comptoir" })).toBeVisible()
})
