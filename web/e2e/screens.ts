import { expect, type Page } from "@playwright/test"
import { paths } from "../src/paths"
import { apiOf } from "./api"
import type { Site } from "./site"

/** Goes there, and waits until nothing is being loaded. */
export async function shown(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole("heading", { level: 1 }).waitFor()
  await expect(page.locator(".mantine-Skeleton-root, .mantine-Loader-root")).toHaveCount(0)
}

export type Screen = { name: string; path: string }

/** Every screen behind the door, with something on it. */
export async function screens(site: Site): Promise<Screen[]> {
  const api = await apiOf(site)
  const query = { limit: 1 }
  await confirmOne(api)
  const [contacts, orders, letters, mails] = await Promise.all([
    api.GET("/api/v1/contacts", { params: { query } }),
    api.GET("/api/v1/orders", { params: { query: { ...query, state: ["confirmed"] } } }),
    api.GET("/api/v1/dead-letters", { params: { query } }),
    api.GET("/api/v1/mails", { params: { query } }),
  ])
  const contact = id(contacts.data?.items)
  const order = id(orders.data?.items)
  const endpoint = await api.POST("/api/v1/webhook-endpoints", {
    body: {
      // Nobody is there, and nothing is sent.
      url: "http://127.0.0.1:9/hooks",
      description: "Shop",
      event_types: ["ORDER_CREATED"],
      active: false,
    },
  })
  if (!endpoint.data) throw new Error(`an endpoint can be added: ${JSON.stringify(endpoint.error)}`)
  return [
    { name: "today", path: paths.today },
    { name: "contacts", path: paths.contacts },
    { name: "contact", path: paths.contact(contact) },
    { name: "contact-edit", path: paths.editContact(contact) },
    { name: "contact-new", path: paths.newContact },
    { name: "contact-merge", path: paths.mergeContact(contact) },
    { name: "contact-erase", path: paths.eraseContact(contact) },
    { name: "contacts-import", path: paths.importContacts },
    { name: "orders", path: paths.orders },
    { name: "order", path: paths.order(order) },
    { name: "order-edit", path: paths.editOrder(order) },
    { name: "order-new", path: paths.newOrder },
    { name: "transactions", path: paths.transactions },
    { name: "products", path: paths.products },
    { name: "dead-letters", path: paths.deadLetters },
    { name: "dead-letter", path: paths.deadLetter(id(letters.data?.items)) },
    { name: "webhooks", path: paths.webhooks },
    { name: "webhook", path: paths.webhook(endpoint.data.endpoint.id) },
    { name: "mails", path: paths.mails },
    { name: "mail", path: paths.mail(id(mails.data?.items)) },
    { name: "operations", path: paths.operations },
    { name: "people", path: paths.users },
    { name: "api-keys", path: paths.apiKeys },
    { name: "security-log", path: paths.securityLog },
    { name: "settings", path: paths.settings },
    { name: "mail-templates", path: paths.templates },
    { name: "profile", path: paths.profile },
  ]
}

/** The sample business is older than its mails: one order that is confirmed now brings one. */
async function confirmOne(api: Awaited<ReturnType<typeof apiOf>>): Promise<void> {
  const drafts = await api.GET("/api/v1/orders", { params: { query: { limit: 1, state: ["draft"] } } })
  for (const draft of drafts.data?.items ?? []) {
    await api.POST("/api/v1/orders/{id}/confirm", { params: { path: { id: draft.id } } })
  }
  for (let tries = 0; tries < 600; tries++) {
    const mails = await api.GET("/api/v1/mails", { params: { query: { limit: 1 } } })
    if (mails.data?.items[0]?.state === "done") return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function id(items: { id: string }[] | undefined): string {
  const first = items?.[0]
  if (!first) throw new Error("the sample business has one of each")
  return first.id
}
