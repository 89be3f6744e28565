import type { Page } from "@playwright/test"
import { apiOf } from "./api"
import { expect, test } from "./site"

const amounts = async (page: Page) =>
  (await page.getByRole("group", { name: "Totals" }).innerText()).split(/\n+/)

test("an order is taken by keyboard alone, paid, and its effects appear", async ({ signedIn: page }) => {
  const keys = page.keyboard
  await page.getByRole("heading", { name: "Today" }).waitFor()
  await keys.press("n")
  await expect(page.getByRole("heading", { name: "New order" })).toBeVisible()
  await expect(page.getByRole("textbox", { name: "Contact" })).toBeFocused()
  await keys.type("Keyboard & Sons")
  await expect(page.getByRole("option", { name: "New contact “Keyboard & Sons”" })).toBeVisible()
  await keys.press("Enter")
  await expect(page.getByRole("textbox", { name: "Contact" })).toHaveValue("Keyboard & Sons")
  await expect(page.getByRole("listbox", { name: "Contacts found" })).toBeHidden()
  // Enter goes on: reference, then the first line.
  await keys.press("Enter")
  await keys.type("PO 7")
  await keys.press("Enter")
  await expect(page.getByLabel("Product, line 1")).toBeFocused()
  await keys.type("EPI-CON")
  await expect(page.getByRole("option", { name: /Confiture d'abricots/ })).toBeVisible()
  await keys.press("Enter")
  await expect(page.getByLabel("Quantity, line 1")).toBeFocused()
  await expect(page.getByLabel("Unit price, line 1")).toHaveValue("3.95")
  await keys.type("2.5")
  await keys.press("Enter")
  await keys.press("Enter")
  await keys.type("5 %")
  await keys.press("Enter")
  await keys.press("Enter")
  // A free text, below, in a line that appeared by itself.
  await expect(page.getByLabel("Product, line 2")).toBeFocused()
  await keys.type("Wrapping")
  await keys.press("Enter")
  await keys.type("3")
  await keys.press("Enter")
  await keys.type("0,33")
  await keys.press("Alt+ArrowUp")
  await expect(page.getByLabel("Product, line 1")).toHaveValue("Wrapping")
  await keys.press("Alt+Delete")
  await expect(page.getByText("Line removed.")).toBeVisible()
  await page.getByRole("button", { name: "Undo" }).press("Enter")
  await expect(page.getByLabel("Product, line 1")).toHaveValue("Wrapping")
  const typed = await amounts(page)
  await keys.press("Control+Enter")

  await expect(page.getByText("Keyboard & Sons")).toBeVisible()
  expect(await amounts(page)).toEqual(typed)
  const activity = page.getByRole("region", { name: "Activity" })
  await expect(activity.getByText("Effects done: Order taken")).toBeVisible()

  await page.getByRole("button", { name: "Record payment" }).press("Enter")
  const drawer = page.getByRole("dialog", { name: "Record payment" })
  await expect(drawer.getByLabel("Amount")).toBeFocused()
  await keys.press("Enter")
  await expect(drawer).toBeHidden()
  await expect(page.getByText("€0.00 remaining")).toBeVisible()
  await expect(page.getByText("Paid", { exact: true })).toBeVisible()
  await expect(activity.getByText("Effects done: Transaction done")).toBeVisible()
})

test("the totals shown are those of the saved order, for awkward lines", async ({ signedIn: page }) => {
  await page.goto("/orders/new")
  const contact = page.getByRole("textbox", { name: "Contact" })
  await contact.fill("a")
  const found = page.getByRole("listbox", { name: "Contacts found" }).getByRole("option")
  // A later answer may replace the list between pressing and releasing the button.
  await expect(async () => {
    await found.first().click()
    await expect(contact).not.toHaveValue("a", { timeout: 1000 })
  }).toPass()
  const lines = [
    ["Third of a euro", "3", "0.33", "", "20"],
    ["Another third", "1", "0.33", "", "20"],
    ["Half a cent up", "1", "10.50", "5 %", "5.5"],
    ["Part of one", "2.5", "3.33", "", "10"],
    ["A thousandth", "0.001", "5.00", "", "2.1"],
    ["A sum off", "3", "19.99", "4.50", "20"],
    ["Odd share", "7", "12.99", "12.35%", "5.5"],
  ]
  for (const [at, [what, quantity, price, discount, rate]] of lines.entries()) {
    await page.getByLabel(`Product, line ${at + 1}`).fill(what ?? "")
    await page.getByLabel(`Quantity, line ${at + 1}`).fill(quantity ?? "")
    await page.getByLabel(`Unit price, line ${at + 1}`).fill(price ?? "")
    await page.getByLabel(`Discount, line ${at + 1}`).fill(discount ?? "")
    await page.getByLabel(`VAT, line ${at + 1}`).selectOption(rate ?? "")
  }
  const typed = await amounts(page)
  await page.getByRole("button", { name: "Place order" }).click()
  await expect(page.getByRole("heading", { name: /^O-\d+$/ })).toBeVisible()
  expect(await amounts(page)).toEqual(typed)
})

test("what was typed outlives a reload, and mistakes are told at the line", async ({ signedIn: page }) => {
  await page.goto("/orders/new")
  await page.getByLabel("Product, line 1").fill("Half done")
  await page.getByLabel("Unit price, line 1").fill("abc")
  await page.reload()
  await expect(page.getByText("Draft restored")).toBeVisible()
  await expect(page.getByLabel("Product, line 1")).toHaveValue("Half done")
  await page.keyboard.press("Control+Enter")
  await page.getByRole("button", { name: "Place order" }).click()
  await expect(page.getByText("This is not an amount.")).toBeVisible()
  await expect(page.getByRole("textbox", { name: "Contact" })).toBeFocused()
  await page.getByRole("button", { name: "Start over" }).click()
  await expect(page.getByLabel("Product, line 1")).toHaveValue("")
  await page.reload()
  await expect(page.getByLabel("Product, line 1")).toHaveValue("")
  await expect(page.getByText("Draft restored")).toBeHidden()
})

test("orders are filtered by the address, and a view is kept", async ({ signedIn: page, site }) => {
  // A draft of its own: other specs confirm the sample's.
  const api = await apiOf(site)
  const contacts = await api.GET("/api/v1/contacts", { params: { query: { limit: 1 } } })
  const draft = await api.POST("/api/v1/orders", {
    params: { header: { "Idempotency-Key": "draft-to-look-at" } },
    body: {
      contact_id: contacts.data?.items[0]?.id ?? "",
      currency: "EUR",
      place_as: "draft",
      lines: [{ description: "Perhaps", quantity: "1", unit_price: 100, vat_rate: "20" }],
    },
  })
  expect(draft.error).toBeUndefined()
  await page.goto("/orders?late=true")
  const table = page.getByRole("table", { name: "Orders" })
  await expect(page.getByRole("button", { name: "Late" }).first()).toHaveAttribute("aria-pressed", "true")
  await expect(table.getByRole("row").nth(1)).toBeVisible()
  const views = page.getByRole("navigation", { name: "Views" })
  await views.getByRole("button", { name: "Drafts" }).click()
  await expect(page).toHaveURL(/state=draft/)
  await expect(table.getByText("Draft").first()).toBeVisible()
  await page.getByRole("textbox", { name: "Search orders" }).fill("O-1")
  await expect(page).toHaveURL(/q=O-1/)
  await views.getByRole("button", { name: "Save view" }).click()
  await page.getByLabel("Name of the view").fill("Mine")
  await page.keyboard.press("Enter")
  await views.getByRole("button", { name: "All" }).click()
  await expect(page).not.toHaveURL(/state/)
  await page.reload()
  await views.getByRole("button", { name: "Mine", exact: true }).click()
  await expect(page).toHaveURL(/state=draft/)
})

test("an order is cancelled after its consequences are read; a document is made", async ({
  signedIn: page,
}) => {
  await page.goto("/orders?state=confirmed&payment_status=paid")
  await page.getByRole("table", { name: "Orders" }).getByRole("link").first().click()
  await page.getByRole("button", { name: "Create a PDF" }).click()
  await page.getByRole("menuitem", { name: "Order confirmation" }).click()
  const download = page.waitForEvent("download")
  await page.getByRole("button", { name: "Order confirmation" }).click()
  expect((await download).suggestedFilename()).toMatch(/\.pdf$/)
  await page.getByRole("button", { name: "More actions" }).click()
  await page.getByRole("menuitem", { name: "Cancel order" }).click()
  await expect(page.getByText("stay to be refunded")).toBeVisible()
  await page.getByRole("button", { name: "Cancel order" }).click()
  await expect(page.getByText("Cancelled", { exact: true })).toBeVisible()
  await page.getByRole("button", { name: "Edit", exact: true }).hover()
  await expect(page.getByRole("tooltip")).toContainText("cannot be edited")
})
