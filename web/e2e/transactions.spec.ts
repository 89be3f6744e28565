import { expect, test } from "./site"

test("a pending payment is settled", async ({ signedIn: page }) => {
  await page.goto("/transactions?state=pending")
  const table = page.getByRole("table", { name: "Transactions" })
  await table.getByRole("button", { name: "Settle" }).first().click()
  await page.getByRole("menuitem", { name: "Mark as received" }).click()
  await expect(page.getByText("Nothing matches")).toBeVisible()
})

test("a payment is recorded for an order that is typed, and what was received can go back", async ({
  signedIn: page,
}) => {
  await page.goto("/transactions")
  await page.getByRole("button", { name: "Record", exact: true }).click()
  const drawer = page.getByRole("dialog", { name: "Record payment" })
  const order = drawer.getByRole("textbox", { name: "Order" })
  await expect(order).toBeFocused()
  await order.click()
  await page.getByRole("listbox", { name: "Orders found" }).getByRole("option").first().click()
  await expect(drawer.getByRole("textbox", { name: "Amount" })).not.toHaveValue("")
  await drawer.getByRole("textbox", { name: "Reference" }).fill("SPEC 1")
  await drawer.getByRole("button", { name: "Record payment" }).click()
  await expect(drawer).toBeHidden()
  await page.getByRole("textbox", { name: "Search by reference" }).fill("SPEC 1")
  const table = page.getByRole("table", { name: "Transactions" })
  await expect(table.getByText("SPEC 1")).toBeVisible()
  // The one that was recorded: until the search is answered, others stand above it.
  await table.getByRole("row").filter({ hasText: "SPEC 1" }).getByRole("link").click()
  await page.getByRole("button", { name: "Refund" }).click()
  await page.getByRole("dialog").getByRole("textbox", { name: "Amount" }).fill("99999999")
  await page.getByRole("dialog").getByRole("button", { name: "Record refund" }).click()
  await expect(page.getByRole("dialog").getByText(/received/)).toBeVisible()
  await page.getByRole("dialog").getByRole("textbox", { name: "Amount" }).fill("1")
  await page.getByRole("dialog").getByRole("button", { name: "Record refund" }).click()
  await expect(page.getByText("-€1.00")).toBeVisible()
})

test("what is still due is listed, and paid from there", async ({ signedIn: page }) => {
  await page.goto("/transactions")
  await page.getByRole("tab", { name: "Outstanding" }).click()
  await expect(page.getByText(/Outstanding: €/)).toBeVisible()
  const table = page.getByRole("table", { name: "Outstanding" })
  const number = await table.getByRole("link").first().innerText()
  const due = table.getByRole("row").filter({ hasText: number })
  await due.getByRole("button", { name: "Record payment" }).click()
  await page.getByRole("dialog").getByRole("button", { name: "Record payment" }).click()
  await expect(page.getByRole("dialog")).toBeHidden()
  await expect(due).toBeHidden()
})
