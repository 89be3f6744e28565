import { expect, type Site, test } from "./site"

test("a mail is read as it was sent, and sent again", async ({ signedIn: page, site }) => {
  await confirmDrafts(site)
  await page.getByRole("link", { name: "Mails" }).click()
  const table = page.getByRole("table", { name: "Mails" })
  const sent = table
    .getByRole("row")
    .filter({ has: page.getByRole("link") })
    .filter({ hasText: "Sent" })
    .first()
  await expect(sent).toBeVisible()
  await page.getByRole("combobox", { name: "State" }).click()
  await page.getByRole("option", { name: "Sent", exact: true }).click()
  await expect(page).toHaveURL(/state=done/)
  await sent.getByRole("link").click()
  await expect(page.getByText("Sent", { exact: true }).first()).toBeVisible()
  const letter = page.frameLocator("iframe[title='The mail as it was sent']")
  await expect(letter.locator("body")).not.toBeEmpty()
  await page.getByRole("tab", { name: "As text" }).click()
  await expect(page.getByRole("tabpanel")).not.toBeEmpty()
  const file = page.waitForEvent("download")
  await page.getByRole("button", { name: "Download (.eml)" }).click()
  expect((await file).suggestedFilename()).toMatch(/\.eml$/)
  const before = page.url()
  await page.getByRole("button", { name: "Send again" }).click()
  await expect(page.getByText("It is sent again")).toBeVisible()
  await expect(page).not.toHaveURL(before)
  await expect(page.getByText("The mail before")).toBeVisible()
})

/** The sample business has written no mails: its orders were placed before anybody could be written to. */
async function confirmDrafts(site: Site): Promise<void> {
  const body = JSON.stringify({ email: site.email, password: site.password })
  const json = { "content-type": "application/json" }
  const session = await fetch(`${site.url}/api/v1/sessions`, { method: "POST", headers: json, body })
  const { access_token } = (await session.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${access_token}` }
  const drafts = await fetch(`${site.url}/api/v1/orders?state=draft&limit=20`, { headers })
  const { items } = (await drafts.json()) as { items: { id: string }[] }
  expect(items.length).toBeGreaterThan(0)
  for (const { id } of items)
    await fetch(`${site.url}/api/v1/orders/${id}/confirm`, { method: "POST", headers })
}
