import { readFileSync } from "node:fs"
import { apiOf } from "./api"
import { expect, test } from "./site"

const FILE =
  "Client;Raison sociale;Courriel;Ville\nI-1;Import Un;un@example.com;Lyon\nI-2;Import Deux;pas une adresse;Paris\n"

test("a file is tried, its bad row told, and its good rows imported", async ({ signedIn: page }) => {
  await page.goto("/contacts/import")
  const chooser = page.waitForEvent("filechooser")
  await page.getByRole("button", { name: "File", exact: true }).click()
  await (await chooser).setFiles({ name: "clients.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) })
  const mapping = page.getByRole("region", { name: "2. Which column is which" })
  const column = (field: string) =>
    mapping.getByRole("combobox", { name: `Contacts: column for ${field}`, exact: true })
  await expect(column("E-mail")).toHaveValue("Courriel")
  await expect(mapping.getByText("Import Un · Import Deux")).toBeVisible()
  // What we did not recognise is said by hand.
  await expect(mapping.getByRole("button", { name: "Try it without a trace" })).toHaveAttribute(
    "aria-disabled",
    "true",
  )
  await column("External id").click()
  await page.getByRole("option", { name: "Client" }).click()
  await mapping.getByRole("button", { name: "Try it without a trace" }).click()
  const result = page.getByRole("region", { name: "Result" })
  await expect(result.getByRole("button", { name: "Rejected rows" })).toBeVisible()
  await expect(result.getByRole("button", { name: "Import now" })).toHaveAttribute("aria-disabled", "true")
  const rejects = page.waitForEvent("download")
  await result.getByRole("button", { name: "Rejected rows" }).click()
  expect((await rejects).suggestedFilename()).toContain(".csv")

  await page.getByLabel("Import the good rows although there are bad ones").check()
  await result.getByRole("button", { name: "Import now" }).click()
  await expect(result.getByText("Import of clients.csv")).toBeVisible()
  await expect(result.getByRole("status")).toHaveText("Done")
  await page.goto("/contacts?q=Import+Un")
  await expect(
    page.getByRole("table", { name: "Contacts" }).getByRole("link", { name: "Import Un" }),
  ).toBeVisible()
})

test("orders come with their lines, and the bad one with its reason", async ({ signedIn: page, site }) => {
  const api = await apiOf(site)
  const contact = await api.POST("/api/v1/contacts", {
    params: { header: { "Idempotency-Key": "who-orders" } },
    body: { name: "Who Orders", external_id: "WHO" },
  })
  expect(contact.error).toBeUndefined()
  const file = [
    "external_id,contact,ordered_at,currency,description,quantity,unit_price,vat_rate",
    "IMP-1,WHO,2026-10-01,EUR,Tea,2,4.50,5.5",
    "IMP-1,WHO,2026-10-01,EUR,Cups,6,3.00,20",
    "IMP-2,WHO,2026-10-02,EUR,Tea,many,4.50,5.5",
  ].join("\n")
  await page.goto("/contacts/import")
  await page.getByRole("radiogroup", { name: "What it holds" }).getByText("Orders").click()
  const chooser = page.waitForEvent("filechooser")
  await page.getByRole("button", { name: "File", exact: true }).click()
  await (await chooser).setFiles({ name: "orders.csv", mimeType: "text/csv", buffer: Buffer.from(file) })
  const mapping = page.getByRole("region", { name: "2. Which column is which" })
  await expect(mapping.getByText("Tea · Cups").first()).toBeVisible()
  await mapping.getByRole("button", { name: "Try it without a trace" }).click()
  const result = page.getByRole("region", { name: "Result" })
  const rejects = page.waitForEvent("download")
  await result.getByRole("button", { name: "Rejected rows" }).click()
  expect(readFileSync(await (await rejects).path(), "utf8")).toMatch(/IMP-2,.*quantity/)
  await page.getByLabel("Import the good rows although there are bad ones").check()
  await result.getByRole("button", { name: "Import now" }).click()
  await expect(result.getByRole("status")).toHaveText("Done")
  await page.goto(`/orders?contact_id=${contact.data?.id}`)
  const orders = page.getByRole("table", { name: "Orders" })
  await expect(orders.getByText("€31.10")).toBeVisible()
  await expect(orders.getByRole("row")).toHaveCount(2)
})
