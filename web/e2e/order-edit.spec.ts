import { expect, signIn, test } from "./site"

test("two people edit one order: both versions are shown, and one chooses", async ({
  signedIn: mine,
  site,
  browser,
}) => {
  test.slow()
  const other = await browser.newContext({ baseURL: site.url, locale: "en-GB" })
  const theirs = await other.newPage()
  await signIn(theirs, site)

  await mine.goto("/orders?state=confirmed&payment_status=unpaid")
  await mine.getByRole("table", { name: "Orders" }).getByRole("link").first().click()
  await expect(mine.getByRole("heading", { name: /^O-\d+$/ })).toBeVisible()
  const address = new URL(mine.url()).pathname
  for (const page of [mine, theirs]) {
    await page.goto(`${address}/edit`)
    await expect(page.getByRole("heading", { name: /^Edit O-/ })).toBeVisible()
  }
  await theirs.getByRole("textbox", { name: "Reference" }).fill("THEIRS")
  await theirs.getByLabel("Notes").fill("Ring twice")
  await theirs.getByRole("button", { name: "Save" }).click()
  await expect(theirs.getByText("THEIRS")).toBeVisible()

  await mine.getByRole("textbox", { name: "Reference" }).fill("MINE")
  await mine.getByLabel("Quantity, line 1").fill("42")
  await mine.getByRole("button", { name: "Save" }).click()
  const conflict = mine.getByRole("dialog", { name: "Changed in the meantime" })
  await expect(conflict.getByRole("radio", { name: "Reference: Yours" })).toBeChecked()
  // What I had not touched stands as the other left it.
  await expect(conflict.getByRole("radio", { name: "Notes: As it is now" })).toBeChecked()
  await conflict.getByRole("button", { name: "Save this" }).click()

  await expect(mine.getByText("MINE")).toBeVisible()
  await expect(mine.getByText("Ring twice")).toBeVisible()
  await expect(mine.getByRole("cell", { name: "42", exact: true })).toBeVisible()
  // The other sees it without asking.
  await expect(theirs.getByText("MINE")).toBeVisible()
  await mine.getByRole("button", { name: "3: what has changed" }).click()
  await expect(mine.getByRole("dialog").getByText("THEIRS").first()).toBeVisible()
  await mine.keyboard.press("Escape")

  // A payment makes a new version too, but is no conflict of words.
  await mine.getByRole("button", { name: "Edit", exact: true }).click()
  await mine.getByRole("textbox", { name: "Reference" }).fill("LAST")
  await theirs.getByRole("button", { name: "Record payment" }).click()
  await theirs.getByRole("dialog").getByRole("button", { name: "Record payment" }).click()
  await expect(theirs.getByRole("dialog")).toBeHidden()
  await mine.getByRole("button", { name: "Save" }).click()
  await expect(mine.getByText("LAST")).toBeVisible()
  await other.close()
})

test("an order is duplicated, and notes and tags are written on the spot", async ({ signedIn: page }) => {
  await page.goto("/orders?payment_status=paid")
  await page.getByRole("table", { name: "Orders" }).getByRole("link").first().click()
  const product = await page.getByRole("table", { name: "Lines" }).getByRole("cell").first().innerText()
  await page.getByRole("button", { name: "Duplicate" }).click()
  await expect(page.getByRole("heading", { name: "Duplicate an order" })).toBeVisible()
  expect(product).toContain(await page.getByLabel("Product, line 1").inputValue())
  await page.getByText("Draft", { exact: true }).click()
  await page.getByRole("button", { name: "Place order" }).click()
  await expect(page.getByRole("button", { name: "Confirm" })).toBeVisible()
  await page.getByRole("button", { name: "Edit notes" }).click()
  await page.getByRole("textbox", { name: "Notes" }).fill("Behind the house")
  await page.keyboard.press("Control+Enter")
  await expect(page.getByText("Behind the house")).toBeVisible()
  await page.getByRole("button", { name: "Edit tags" }).click()
  await page.getByRole("combobox", { name: "Tags" }).fill("urgent")
  await page.keyboard.press("Enter")
  await page.getByRole("button", { name: "Save" }).click()
  await expect(page.getByText("urgent")).toBeVisible()
  await page.getByRole("button", { name: "Confirm" }).click()
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible()
})
