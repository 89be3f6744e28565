import type { Page } from "@playwright/test"
import { words as english } from "../src/lib/words/en"
import { words as french } from "../src/lib/words/fr"
import { apiOf } from "./api"
import { expect, signIn, test } from "./site"

/** In both languages, by the words that are on screen; the sample business has a dead letter for each of them. */
const LANGUAGES = [
  { name: "English", locale: "en-GB", words: english, total: "€10.55" },
  { name: "French", locale: "fr-FR", words: french, total: "10,55 €" },
] as const

for (const { name, locale, words, total } of LANGUAGES) {
  test(`a day at the desk, in ${name}`, async ({ browser, site }) => {
    test.setTimeout(120_000)
    const context = await browser.newContext({ baseURL: site.url, locale })
    const page = await context.newPage()
    await signIn(page, site)
    await page.getByRole("heading", { name: words.today.title }).waitFor()

    const contact = `Épicerie du Port, ${name}`
    await page.goto("/contacts/new")
    await page.getByRole("textbox", { name: words.contacts.fields.name, exact: true }).fill(contact)
    const email = words.contacts.form.nth_email.replace("{{n}}", "1")
    await page.getByRole("textbox", { name: email, exact: true }).fill(`port-${name}@example.com`)
    await page.getByRole("button", { name: words.contacts.create }).click()
    await page.getByRole("heading", { name: contact }).waitFor()

    await page.keyboard.press("n")
    await page.getByRole("textbox", { name: words.orders.fields.contact }).fill(contact)
    await page.getByRole("option", { name: contact }).first().click()
    const field = (what: string) =>
      page.getByLabel(words.orders.lines.label.replace("{{what}}", what).replace("{{line}}", "1"))
    await field(words.orders.lines.what_head).fill("Comté")
    await field(words.orders.lines.quantity).fill("1")
    await field(words.orders.lines.price).fill("10")
    await field(words.orders.lines.rate).selectOption("5.5")
    await expect(page.getByRole("group", { name: words.orders.totals.title })).toContainText(total)
    await page.getByRole("button", { name: words.orders.form.place, exact: true }).click()
    await page.getByRole("heading", { name: /^O-\d+$/ }).waitFor()

    const story = page.getByRole("region", { name: words.orders.story.title })
    const { kinds, deliveries } = words.orders.story
    const sent = kinds.delivered.replace("{{type}}", deliveries.MAIL).split("{{status}}")[0] ?? ""
    const mails = story.getByText(sent, { exact: false })
    await expect(mails).toHaveCount(1)
    await page.getByRole("button", { name: words.transactions.record.payment }).click()
    await page.getByRole("dialog").getByRole("button", { name: words.transactions.record.payment }).click()
    await expect(page.getByRole("dialog")).toBeHidden()
    await expect(page.getByText(words.states.payment.paid, { exact: true })).toBeVisible()
    // The receipt, a moment later, without anybody loading the page again.
    await expect(mails).toHaveCount(2)

    await mendOne(page, site, words)
    await context.close()
  })
}

type Words = (typeof LANGUAGES)[number]["words"]

/** A message that nobody can understand gets what it lacks, and is sent again. */
async function mendOne(page: Page, site: Parameters<typeof apiOf>[0], words: Words): Promise<void> {
  const api = await apiOf(site)
  const events = await api.GET("/api/v1/events", { params: { query: { limit: 200 } } })
  const good = events.data?.items.find((event) => event.type === "ORDER_CREATED")
  await page.getByRole("navigation").getByRole("link", { name: words.common.nav.desk }).click()
  const group = page.getByRole("article").first()
  await group.getByRole("button", { name: words.desk.show }).click()
  await page.getByRole("table").getByRole("link").first().click()
  const editor = page.getByLabel(words.desk.editor)
  const told = JSON.parse(await editor.inputValue()) as object
  await editor.fill(
    JSON.stringify({ ...told, type: "ORDER_CREATED", data: good?.data, subject: good?.subject }, null, 2),
  )
  await page.getByRole("button", { name: words.desk.redrive_edited }).click()
  await expect(page.getByText(words.desk.redriven_one.replace("{{count}}", "1"))).toBeVisible()
}
