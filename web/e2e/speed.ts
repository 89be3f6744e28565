// Not a test: `make bench` runs it with a release build, and it prints how long people wait.
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "./site"

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

test("first screen, and a long list", async ({ signedIn: page, site }) => {
  test.setTimeout(600_000)
  const first: number[] = []
  for (let n = 0; n < 7; n++) {
    await page.goto("about:blank")
    const begun = performance.now()
    await page.goto(site.url)
    await page.getByRole("heading", { level: 1 }).waitFor()
    first.push(performance.now() - begun)
  }
  say("first screen usable, from nothing shown", first)

  const rows = Array.from({ length: CONTACTS }, (_, n) => `${FIRST[n % 10]} ${LAST[n % 11]} ${n},,Lyon`)
  const file = join(site.folder, "contacts.csv")
  writeFileSync(file, `name,email,city\n${rows.join("\n")}\n`)
  execFileSync(site.program, ["import", "contacts", file], { env: site.env, stdio: "ignore" })

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

/** Types, and waits until the answer to just that text is painted. */
function keystroke(element: Element, { text }: { text: string }): Promise<number> {
  const input = element as HTMLInputElement
  const asked = (name: string) => new URL(name).searchParams.get("q") === text
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, text)
    input.dispatchEvent(new Event("input", { bubbles: true }))
    const painted = () => requestAnimationFrame(() => resolve(performance.now() - begun))
    const look = () => {
      const answer = performance.getEntriesByType("resource").some((entry) => asked(entry.name))
      // The frame after the answer draws the rows, and the one after that has drawn them.
      if (answer) requestAnimationFrame(painted)
      else if (performance.now() - begun > 5_000) reject(new Error(`nobody asked for "${text}"`))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
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
