import { expect } from "@playwright/test"
import { words } from "../src/lib/words/en"
import { paths } from "../src/paths"
import { barriers } from "./axe"
import { startEmpty } from "./empty"
import { test } from "./slowly"

/** Where there is nothing yet, and what somebody can do about it. */
const EMPTY = [
  { path: paths.contacts, says: "No contacts yet", step: "New contact" },
  { path: paths.orders, says: "No orders yet", step: "New order" },
  { path: paths.transactions, says: "No transactions yet", step: null },
  { path: paths.products, says: words.products.empty, step: "New product" },
  { path: paths.deadLetters, says: "No failed messages", step: null },
  { path: paths.webhooks, says: "No endpoints yet", step: "New endpoint" },
  { path: paths.mails, says: "No mails yet", step: null },
  { path: paths.apiKeys, says: "No API keys", step: "New key" },
] as const

test("on the first day every list says what to do next", async ({ page }) => {
  test.setTimeout(120_000)
  const site = await startEmpty()
  try {
    const password = "another horse battery"
    await page.goto(`${site.url}/setup#${site.token}`)
    await page.getByLabel("Your name").fill("Claire Dupré")
    await page.getByLabel("E-mail").fill("claire@example.com")
    await page.getByRole("textbox", { name: "Password", exact: true }).fill(password)
    await page.getByLabel("Password, again").fill(password)
    await page.getByRole("button", { name: "Create the administrator" }).click()
    await expect(page.getByText("Your password is set")).toBeVisible()
    await page.getByLabel("E-mail").fill("claire@example.com")
    await page.getByRole("textbox", { name: "Password" }).fill(password)
    await page.getByRole("button", { name: "Sign in" }).click()

    await expect(page.getByRole("heading", { name: words.today.first.title })).toBeVisible()
    await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(3)
    for (const { path, says, step } of EMPTY) {
      await page.goto(`${site.url}${path}`)
      const empty = page.getByRole("group", { name: says })
      await expect(empty).toBeVisible()
      if (step) await expect(empty.getByRole("button", { name: step })).toBeEnabled()
      expect(await barriers(page)).toEqual([])
    }
  } finally {
    await site.stop()
  }
})
