import { barriers } from "./axe"
import { expect, test } from "./site"

test("contacts are found as one types", async ({ signedIn: page }) => {
  await page.getByRole("link", { name: "Contacts" }).click()
  await expect(page.getByRole("heading", { name: "Contacts" })).toBeVisible()
  const table = page.getByRole("table", { name: "Contacts" })
  await expect(table.getByRole("row").nth(3)).toBeVisible()
  await page.keyboard.press("/")
  await page.keyboard.type("zzzz")
  await expect(page.getByText("Nothing matches")).toBeVisible()
  await page.getByRole("button", { name: "Clear all filters" }).click()
  await expect(table.getByRole("row").nth(3)).toBeVisible()
})

test("a contact shows what it owes, and can be archived and brought back", async ({ signedIn: page }) => {
  await page.goto("/contacts")
  const table = page.getByRole("table", { name: "Contacts" })
  await table.getByRole("row").nth(1).getByRole("link").first().click()
  await expect(page.getByRole("region", { name: "Orders" })).toBeVisible()
  await expect(page.getByRole("region", { name: "Details" })).toContainText("Language")
  await page.getByRole("button", { name: "Archive", exact: true }).click()
  // Under the mouse the offer stays, however long what follows takes.
  const undo = page.getByRole("button", { name: "Undo" })
  await undo.hover()
  await expect(page.getByText("it takes no new orders until it is restored")).toBeVisible()
  await undo.click()
  await expect(page.getByRole("button", { name: "Archive", exact: true })).toBeVisible()
  await expect(page.getByText("it takes no new orders until it is restored")).toBeHidden()
  expect(await barriers(page)).toEqual([])
})

test("personal data is erased after the name was typed", async ({ signedIn: page }) => {
  await page.goto("/contacts/new")
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Gone Tomorrow")
  await page.getByRole("button", { name: "Create the contact" }).click()
  await expect(page.getByRole("heading", { name: "Gone Tomorrow" })).toBeVisible()
  await page.getByRole("button", { name: "More" }).click()
  await page.getByRole("menuitem", { name: "Erase personal data" }).click()
  await expect(page.getByText("There is no way back.")).toBeVisible()
  const erase = page.getByRole("button", { name: "Erase for good" })
  await page.getByLabel("Reason").fill("Asked for by letter")
  await expect(erase).toHaveAttribute("aria-disabled", "true")
  await page.getByLabel("To confirm, type the name").fill("Gone Tomorrow")
  await erase.click()
  await expect(page.getByText("The personal data of this contact was erased", { exact: false })).toBeVisible()
  await expect(page.getByRole("heading", { name: "Gone Tomorrow" })).toBeHidden()
})
