import type { Page } from "@playwright/test"
import { expect, test } from "./site"

async function create(page: Page, called: string, phone: string): Promise<void> {
  await page.goto("/contacts/new")
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(called)
  await page.getByRole("textbox", { name: "Phone 1", exact: true }).fill(phone)
  await page.getByRole("button", { name: "Create the contact" }).click()
  await expect(page.getByRole("heading", { name: called })).toBeVisible()
}

test("two contacts become one, field by field", async ({ signedIn: page }) => {
  await create(page, "Ferme Moreau", "01 11 11 11 11")
  await create(page, "Moreau Frères", "02 22 22 22 22")
  await page.getByRole("button", { name: "More" }).click()
  await page.getByRole("menuitem", { name: "Merge with another" }).click()
  await page.getByRole("combobox", { name: "Which one is the same?" }).fill("Ferme Mor")
  await page.getByRole("option", { name: /Ferme Moreau/ }).click()
  const table = page.getByRole("table", { name: "Merge with another" })
  await table.getByRole("radio", { name: "Name: Goes" }).click()
  const phones = table.getByRole("row", { name: /Phones/ })
  await expect(phones.getByRole("radio", { name: "Phones: Keep both" })).toBeChecked()
  await expect(page.getByText("0 orders of Ferme Moreau move to Moreau Frères.")).toBeVisible()
  await page.getByRole("button", { name: "Merge", exact: true }).click()
  await expect(page.getByRole("heading", { name: "Ferme Moreau" })).toBeVisible()
  const details = page.getByRole("region", { name: "Details" })
  await expect(details).toContainText("01 11 11 11 11")
  await expect(details).toContainText("02 22 22 22 22")
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText("Contacts merged")
})
