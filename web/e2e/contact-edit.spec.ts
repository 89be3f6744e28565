import type { Page } from "@playwright/test"
import { expect, signIn, test } from "./site"

const name = (page: Page) => page.getByRole("textbox", { name: "Name", exact: true })

async function create(page: Page, called: string): Promise<void> {
  await page.goto("/contacts/new")
  await name(page).fill(called)
  await page.getByRole("textbox", { name: "E-mail 1", exact: true }).fill(addressOf(called))
  await page.getByRole("button", { name: "Create the contact" }).click()
  await expect(page.getByRole("heading", { name: called })).toBeVisible()
}

const addressOf = (called: string) => `${called.toLowerCase().replace(/[^a-z]+/g, ".")}@example.com`

test("a wrong number is told at its field, and what was typed stays", async ({ signedIn: page }) => {
  await page.goto("/contacts/new")
  await name(page).fill("Boulangerie Siren")
  await page.getByRole("textbox", { name: "SIREN" }).fill("123456789")
  await page.getByRole("button", { name: "Create the contact" }).click()
  await expect(page.getByRole("textbox", { name: "SIREN" })).toHaveAttribute("aria-invalid", "true")
  await expect(name(page)).toHaveValue("Boulangerie Siren")
  await page.getByRole("textbox", { name: "SIREN" }).fill("303265045")
  await page.getByRole("button", { name: "Create the contact" }).click()
  await expect(page.getByRole("heading", { name: "Boulangerie Siren" })).toBeVisible()
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText("Contact created")
})

test("a possible duplicate is shown before it is made", async ({ signedIn: page }) => {
  await create(page, "Twice Ltd")
  await page.goto("/contacts/new")
  await name(page).fill("Twice Ltd")
  await page.getByRole("textbox", { name: "E-mail 1", exact: true }).fill(addressOf("Twice Ltd"))
  await page.getByRole("button", { name: "Create the contact" }).click()
  const question = page.getByRole("alert").filter({ hasText: "may be there already" })
  await expect(question.getByRole("link", { name: "Twice Ltd" })).toBeVisible()
  await question.getByRole("button", { name: "Create all the same" }).click()
  await expect(page.getByRole("heading", { name: "Twice Ltd" })).toBeVisible()
  await expect(page.getByText("may be the same")).toBeVisible()
})

test("two people edit one contact, and one of them chooses", async ({ signedIn: page, browser, site }) => {
  await create(page, "Conflict & Sons")
  await page.getByRole("button", { name: "Edit" }).click()
  await expect(name(page)).toHaveValue("Conflict & Sons")
  const context = await browser.newContext({ baseURL: site.url, locale: "en-GB" })
  const other = await context.newPage()
  await signIn(other, site)
  await other.goto(page.url())
  await name(other).fill("Conflict and Daughters")
  await other.getByRole("textbox", { name: "Notes" }).fill("Said by the other")
  await other.getByRole("button", { name: "Save" }).click()
  await expect(other.getByRole("heading", { name: "Conflict and Daughters" })).toBeVisible()
  await context.close()

  await name(page).fill("Conflict & Grandsons")
  await page.getByRole("button", { name: "Save" }).click()
  const dialog = page.getByRole("dialog", { name: "Changed in the meantime" })
  await expect(dialog.getByText("Conflict and Daughters").first()).toBeVisible()
  // The notes were not touched here: theirs is proposed.
  await expect(dialog.getByRole("radio", { name: "Notes: As it is now" })).toBeChecked()
  await expect(dialog.getByRole("radio", { name: "Name: Yours" })).toBeChecked()
  await dialog.getByRole("button", { name: "Save this" }).click()
  await expect(page.getByRole("heading", { name: "Conflict & Grandsons" })).toBeVisible()
  await expect(page.getByText("Said by the other")).toBeVisible()
})

test("what was typed is not left behind without a question", async ({ signedIn: page }) => {
  await page.goto("/contacts/new")
  await name(page).fill("Half a contact")
  await page.getByRole("link", { name: "Contacts" }).click()
  await page.getByRole("button", { name: "Stay" }).click()
  await expect(name(page)).toHaveValue("Half a contact")
  await page.getByRole("button", { name: "Cancel" }).click()
  await page.getByRole("button", { name: "Leave" }).click()
  await expect(page.getByRole("table", { name: "Contacts" })).toBeVisible()
})
