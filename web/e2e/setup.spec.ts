import { expect } from "@playwright/test"
import { startEmpty } from "./empty"
import { test } from "./slowly"

test("whoever has the printed link becomes the first administrator", async ({ page }) => {
  const site = await startEmpty()
  try {
    await page.goto(`${site.url}/sign-in`)
    await expect(page.getByText("The server has printed a link")).toBeVisible()
    await page.goto(`${site.url}/setup`)
    await expect(page.getByText("The link is not complete")).toBeVisible()

    await page.goto("about:blank")
    await page.goto(`${site.url}/setup#${site.token}`)
    await expect(page.getByRole("heading", { name: "Welcome to Comptoir" })).toBeVisible()
    await page.getByLabel("Your name").fill("Claire Dupré")
    await page.getByLabel("E-mail").fill("claire@example.com")
    await page.getByRole("textbox", { name: "Password", exact: true }).fill("another horse battery")
    await page.getByLabel("Password, again").fill("another horse buttery")
    await page.getByRole("button", { name: "Create the administrator" }).click()
    await expect(page.getByText("The two passwords differ")).toBeVisible()
    await page.getByLabel("Password, again").fill("another horse battery")
    await page.getByRole("button", { name: "Create the administrator" }).click()

    await expect(page.getByText("Your password is set")).toBeVisible()
    await page.getByLabel("E-mail").fill("claire@example.com")
    await page.getByRole("textbox", { name: "Password" }).fill("another horse battery")
    await page.getByRole("button", { name: "Sign in" }).click()
    await expect(page.getByRole("navigation", { name: "Main menu" })).toBeVisible()

    await page.goto("about:blank")
    await page.goto(`${site.url}/setup#${site.token}`)
    await expect(page.getByText("There are people already")).toBeVisible()
  } finally {
    await site.stop()
  }
})
