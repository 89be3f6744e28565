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
