import { expect, signIn, test } from "./site"

test("a product is made, edited, archived and brought back", async ({ signedIn: page }) => {
  await page.goto("/products")
  const table = page.getByRole("table", { name: "Catalogue" })
  await expect(table.getByRole("row").nth(2)).toBeVisible()
  await page.getByRole("button", { name: "New product" }).click()
  const drawer = page.getByRole("dialog")
  await drawer.getByRole("textbox", { name: "SKU" }).fill("AAA-1")
  await drawer.getByRole("textbox", { name: "Name", exact: true }).fill("Abricots secs")
  await drawer.getByRole("textbox", { name: "Price" }).fill("douze")
  await drawer.getByRole("button", { name: "Save" }).click()
  await expect(drawer.getByText("This is not an amount.")).toBeVisible()
  await drawer.getByRole("textbox", { name: "Price" }).fill("12,50")
  await drawer.getByRole("button", { name: "Save" }).click()
  await expect(table.getByText("€12.50").first()).toBeVisible()

  await table.getByRole("button", { name: "Abricots secs" }).click()
  await drawer.getByRole("textbox", { name: "Price" }).fill("13")
  await drawer.getByRole("button", { name: "Close" }).click()
  await expect(page.getByRole("dialog", { name: "You have not saved" })).toBeVisible()
  await page.getByRole("button", { name: "Stay" }).click()
  await expect(drawer.getByRole("textbox", { name: "Price" })).toHaveValue("13")
  await drawer.getByRole("button", { name: "Save" }).click()
  await expect(table.getByText("€13.00").first()).toBeVisible()

  await table.getByRole("button", { name: "Abricots secs" }).click()
  await drawer.getByRole("button", { name: "Archive" }).click()
  // Under the mouse the offer stays, however long what follows takes.
  const undo = page.getByRole("button", { name: "Undo" })
  await undo.hover()
  await expect(drawer.getByText("order lines take nothing from it")).toBeVisible()
  await undo.click()
  await expect(drawer.getByRole("button", { name: "Archive" })).toBeVisible()
  await expect(drawer.getByRole("list", { name: "Timeline" })).toContainText("Product changed")
})

test("what another has changed meanwhile is shown, and one chooses", async ({
  signedIn: page,
  site,
  browser,
}) => {
  test.slow()
  await page.goto("/products?sort=name")
  await page.getByRole("table", { name: "Catalogue" }).getByRole("row").nth(1).getByRole("button").click()
  const drawer = page.getByRole("dialog").first()
  const name = drawer.getByRole("textbox", { name: "Name", exact: true })
  await expect(name).not.toHaveValue("")
  const context = await browser.newContext({ baseURL: site.url, locale: "en-GB" })
  const other = await context.newPage()
  await signIn(other, site)
  await other.goto(page.url())
  const theirs = other.getByRole("dialog")
  await theirs.getByRole("textbox", { name: "Unit" }).fill("crate")
  await theirs.getByRole("button", { name: "Save" }).click()
  await expect(theirs).toBeHidden()
  await context.close()

  await name.fill("Aa, renamed here")
  await drawer.getByRole("button", { name: "Save" }).click()
  const conflict = page.getByRole("dialog", { name: "Changed in the meantime" })
  await expect(conflict.getByRole("radio", { name: "Unit: As it is now" })).toBeChecked()
  await conflict.getByRole("button", { name: "Save this" }).click()
  await expect(page.getByRole("button", { name: "Aa, renamed here" })).toBeVisible()
})
