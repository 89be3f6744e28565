import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { expect, type Page } from "@playwright/test"
import { apiOf } from "./api"
import { startCloud } from "./cloud"
import { answers, freePort, stopped, told, vite } from "./processes"
import { test as base } from "./slowly"

/**
 * The real program with its sample business, once for each file of specs, in a folder of its own. `COMPTOIR_PROGRAM` names another
 * program than the debug build. With `COMPTOIR_DEV=1` the pages come from Vite and the sources, with `COMPTOIR_DEV=preview` from web/dist,
 * otherwise from the program.
 */
export type Site = {
  url: string
  email: string
  password: string
  folder: string
  program: string
  env: NodeJS.ProcessEnv
}

export const PROGRAM =
  process.env.COMPTOIR_PROGRAM ?? resolve(import.meta.dirname, "../../target/debug/comptoir")

export type Topology = "laptop" | "cloud"

type Started = { file: string; site: Site; stop: () => Promise<void> }

export const test = base.extend<
  { site: Site; signedIn: Page },
  { topology: Topology; held: { now: Started | undefined } }
>({
  // All in one process with SQLite, or the parts of the brief with MariaDB and SQS.
  topology: ["laptop", { option: true, scope: "worker" }],
  // The site of the file whose tests are running.
  held: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it so
    async ({}, use) => {
      const held: { now: Started | undefined } = { now: undefined }
      await use(held)
      await held.now?.stop()
    },
    { scope: "worker", timeout: 30_000 },
  ],
  // One for each file: what one file does to its site is nothing to the others, in whatever order they run.
  site: [
    async ({ held, topology }, use, { file }) => {
      if (held.now?.file !== file) {
        await held.now?.stop()
        held.now = undefined
        held.now = await startSite(topology, file)
      }
      await use(held.now.site)
    },
    { timeout: 180_000 },
  ],
  baseURL: ({ site }, use) => use(site.url),
  // A page where the administrator is signed in, and that has asked nobody but the site.
  signedIn: async ({ page, site }, use) => {
    const elsewhere: string[] = []
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(site.url))
        elsewhere.push(request.url())
    })
    const broken: string[] = []
    page.on("console", (message) => {
      if (/Content Security Policy|Content-Security-Policy/.test(message.text())) broken.push(message.text())
    })
    page.on("pageerror", (error) => broken.push(String(error)))
    await signIn(page, site)
    await use(page)
    expect(elsewhere, "no request leaves for another host").toEqual([])
    expect(broken, "nothing is refused by the policy, and no script fails").toEqual([])
  },
})

export { expect }

async function startSite(topology: Topology, file: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), "comptoir-web-"))
  const [http, health] = [await freePort(), await freePort()]
  const env = {
    ...process.env,
    COMPTOIR_DATA_FOLDER: folder,
    COMPTOIR_HTTP_LISTEN: `127.0.0.1:${http}`,
    COMPTOIR_HTTP_HEALTH_LISTEN: `127.0.0.1:${health}`,
    COMPTOIR_LIMITS_USER_PER_MINUTE: "0",
    COMPTOIR_LIMITS_ADDRESS_PER_MINUTE: "0",
    // Specs start receivers of webhooks.
    COMPTOIR_WEBHOOKS_INTERNAL_HOSTS: "127.0.0.1",
  }
  const running: ChildProcess[] = []
  const stop = async () => {
    for (const process of running.reverse()) await stopped(process)
    rmSync(folder, { recursive: true, force: true })
  }
  const start = {
    laptop: () => startLaptop({ folder, program: PROGRAM, env }, http, running),
    cloud: () => startCloud({ folder, program: PROGRAM, env }, running),
  }
  try {
    const site = await start[topology]()
    await complete(site)
    return { file, site, stop }
  } catch (failure) {
    // Nobody else knows of what has begun: it would run on.
    await stop()
    throw failure
  }
}

/** The sample's messages that nobody can understand are on the desk a moment after the start; on a busy machine, a long one. */
async function complete(site: Site): Promise<void> {
  const api = await apiOf(site)
  for (let tries = 0; tries < 600; tries++) {
    const letters = await api.GET("/api/v1/dead-letters")
    if (letters.data?.items.length === 2) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error("the sample business has two dead letters")
}

type Unstarted = Omit<Site, "url" | "email" | "password">

async function startLaptop(site: Unstarted, http: number, running: ChildProcess[]): Promise<Site> {
  const up = spawn(site.program, ["up", "--sample"], { env: site.env, stdio: ["ignore", "pipe", "inherit"] })
  running.push(up)
  const said = await told(up, /sign in as (\S+) with (\S+)/)
  const api = `http://127.0.0.1:${http}`
  // Vite answers before the program does.
  await answers(`${api}/api/v1/setup`)
  const url = process.env.COMPTOIR_DEV ? await vite(api, running) : api
  await answers(url)
  return { ...site, url, email: said[1] ?? "", password: said[2] ?? "" }
}

export async function signIn(page: Page, site: Site): Promise<void> {
  await page.goto("/sign-in")
  await page.getByRole("button", { name: /^(Sign in|Se connecter)$/ }).waitFor()
  const french = await page.getByRole("button", { name: "Se connecter" }).isVisible()
  await page.getByLabel(french ? "Courriel" : "E-mail").fill(site.email)
  await page
    .getByLabel(french ? "Mot de passe" : "Password", { exact: false })
    .first()
    .fill(site.password)
  await page.getByRole("button", { name: french ? "Se connecter" : "Sign in" }).click()
  await expect(page.getByRole("navigation", { name: french ? "Menu principal" : "Main menu" })).toBeVisible()
}
