import { barriers } from "./axe"
import { expect, type Site, test } from "./site"

test("a failed message is corrected and retried, another ignored", async ({ signedIn: page, site }) => {
  await page.getByRole("navigation").getByRole("link", { name: "Failed messages" }).click()
  await expect(page.getByRole("heading", { name: "Failed messages" })).toBeVisible()
  const correctable = page.getByRole("article", { name: /^ORDER_CREATED/ })
  const unknown = page.getByRole("article", { name: /^ORDER_SHIPPED/ })
  await expect(correctable).toBeVisible()

  await unknown.getByRole("button", { name: "Ignore" }).click()
  const asked = page.getByRole("dialog")
  await expect(asked.getByText("This cannot be undone.", { exact: false })).toBeVisible()
  await asked.getByLabel("Why is nothing lost by it?").fill("No such event exists any more")
  await asked.getByRole("button", { name: "Ignore" }).click()
  await expect(page.getByText("1 message ignored")).toBeVisible()
  await expect(unknown).toBeHidden()

  await correctable.getByRole("button", { name: "Show" }).click()
  await page.getByRole("table", { name: "Failed messages" }).getByRole("link").click()
  const editor = page.getByLabel("The message as JSON")
  const original = await editor.inputValue()
  await page.getByRole("button", { name: "What it must look like" }).click()
  const fields = page.getByRole("table", { name: "Fields of ORDER_CREATED" })
  await expect(fields.getByText("data.order.lines", { exact: true })).toBeVisible()
  await expect(page.getByText(/^Missing: .*data\.order\.id/)).toBeVisible()
  expect(await barriers(page)).toEqual([])
  await editor.fill(original.slice(0, -2))
  await expect(page.getByText("This is not JSON", { exact: false })).toBeVisible()
  const { data, subject } = await orderCreated(site)
  await editor.fill(JSON.stringify({ ...JSON.parse(original), data, subject }, null, 2))
  await expect(page.getByText("This can be sent", { exact: true })).toBeVisible()
  await expect(page.getByText("Missing:", { exact: false })).toBeHidden()
  await expect(page.getByRole("table", { name: "What you change" }).getByRole("row").nth(1)).toBeVisible()
  await page.getByRole("button", { name: "Retry as edited" }).click()
  // Under the mouse it stays, however long the next question takes.
  await page.getByText("1 message sent again").hover()
  expect(await barriers(page, { within: "[role=alert]", least: [] })).toEqual([])
  await expect(page.getByText("The effects in the database are done", { exact: false })).toBeVisible()
})

/** A good event of the kind that the letter should have been. */
async function orderCreated(site: Site): Promise<{ data: unknown; subject: string }> {
  const credentials = { email: site.email, password: site.password }
  const headers = { "content-type": "application/json" }
  const body = JSON.stringify(credentials)
  const session = await fetch(`${site.url}/api/v1/sessions`, { method: "POST", headers, body })
  const { access_token } = (await session.json()) as { access_token: string }
  const events = await fetch(`${site.url}/api/v1/events?limit=200`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  const { items } = (await events.json()) as { items: { type: string; data: unknown; subject: string }[] }
  const found = items.find((event) => event.type === "ORDER_CREATED")
  if (!found) throw new Error("the sample business has orders")
  return found
}
