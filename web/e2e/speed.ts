// Not a test: `make bench` runs it with a release build, and it prints how long people wait.
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Now } from "../src/api/generated/schema"
import { apiOf } from "./api"
import { expect, signIn, test } from "./site"

const CONTACTS = Number(process.env.COMPTOIR_BENCH_CONTACTS ?? 100_000)
const FIRST = [
  "Boulangerie",
  "Café",
  "Épicerie",
  "Fromagerie",
  "Garage",
  "Hôtel",
  "Librairie",
  "Maison",
  "Pharmacie",
  "Restaurant",
]
const LAST = [
  "Dupré",
  "Martin",
  "Bernard",
  "Petit",
  "Moreau",
  "Lefèvre",
  "Garnier",
  "Rousseau",
  "Blanc",
  "Chevalier",
  "Faure",
]
const WORDS = ["bou", "caf", "dup", "mar", "hotel", "lefe", "garn", "phar"]

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const say = (what: string, values: number[]) => {
  const text = `  web: ${what}: median ${median(values).toFixed(0)} ms, worst ${Math.max(...values).toFixed(0)} ms (${values.length})\n`
  process.stdout.write(text)
}

test("first screen, and a long list", async ({ browser, signedIn: page, site }) => {
  test.setTimeout(600_000)
  page.setDefaultTimeout(30_000)
  const first: number[] = []
  let state = await page.context().storageState()
  for (let n = 0; n < 7; n++) {
    // Signed in, but with an empty cache.
    const context = await browser.newContext({ storageState: state, baseURL: site.url })
    const fresh = await context.newPage()
    await fresh.addInitScript(() => {
      new MutationObserver(() => {
        if (document.querySelector("#main h1") && document.querySelector("#main [role=list] a"))
          requestAnimationFrame(() => performance.mark("usable"))
      }).observe(document, { childList: true, subtree: true })
    })
    await fresh.goto("/")
    await fresh.waitForFunction(() => performance.getEntriesByName("usable").length > 0)
    first.push(await fresh.evaluate(() => performance.getEntriesByName("usable")[0]?.startTime ?? 0))
    // The session's cookie is another one after each visit.
    state = await context.storageState()
    await context.close()
  }
  say("Today with its figures, nothing cached", first)

  const rows = Array.from({ length: CONTACTS }, (_, n) => `c${n},${FIRST[n % 10]} ${LAST[n % 11]} ${n},Lyon`)
  const file = join(site.folder, "contacts.csv")
  writeFileSync(file, `external_id,name,city\n${rows.join("\n")}\n`)
  execFileSync(site.program, ["import", "contacts", file], { env: site.env, stdio: "ignore" })

  const api = await apiOf(site)
  // Their events have effects; the office is quiet again when those are done.
  await expect
    .poll(async () => waiting((await api.GET("/api/v1/operations")).data?.now), {
      timeout: 400_000,
      intervals: [2_000],
    })
    .toBe(0)
  await page.context().clearCookies()
  await signIn(page, site)
  await page.goto("/contacts")
  const table = page.getByRole("table", { name: "Contacts" })
  await expect(table.getByRole("row").nth(5)).toBeVisible()
  const field = page.locator("[data-search]")
  const waits: number[] = []
  await page.evaluate(() => performance.setResourceTimingBufferSize(10_000))
  for (const word of WORDS) {
    for (let typed = 1; typed <= word.length; typed++) {
      waits.push(await field.evaluate(keystroke, { text: word.slice(0, typed) }))
    }
    await field.fill("")
    await expect(table.getByRole("row").nth(5)).toBeVisible()
  }
  say(`keystroke → painted rows among ${CONTACTS} contacts`, waits)

  const frames = await page.evaluate(scrolled)
  say("frames while scrolling the list", frames)
})

function waiting(now: Now | undefined): number {
  return now ? now.outbox_waiting + (now.queue_waiting ?? 0) + (now.queue_held ?? 0) : Number.NaN
}

/** Types, and tells when the last change of the screen that followed was painted. */
function keystroke(element: Element, { text }: { text: string }): Promise<number> {
  const input = element as HTMLInputElement
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    let painted = 0
    const seen = new MutationObserver(() => {
      // A message that is sent in a frame arrives when that frame is painted.
      requestAnimationFrame(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = () => {
          painted = performance.now() - begun
        }
        channel.port2.postMessage(null)
      })
    })
    seen.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true })
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, text)
    input.dispatchEvent(new Event("input", { bubbles: true }))
    setTimeout(() => {
      seen.disconnect()
      const asked = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).searchParams)
      if (asked.some((query) => query.get("q") === text)) resolve(painted)
      else reject(new Error(`nobody asked for "${text}"`))
    }, 700)
  })
}

function scrolled(): Promise<number[]> {
  const list = document.querySelector("[role=table] > div") as HTMLElement
  const frames: number[] = []
  let last = performance.now()
  return new Promise((resolve) => {
    const step = (now: number) => {
      frames.push(now - last)
      last = now
      list.scrollTop += 400
      if (frames.length < 180) requestAnimationFrame(step)
      else resolve(frames.slice(1))
    }
    requestAnimationFrame(step)
  })
}
