import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { test as base, expect, type Page } from "@playwright/test"

/**
 * The real program with its sample business, once for each worker, in a folder of its own. `COMPTOIR_PROGRAM` names another
 * program than the debug build. With `COMPTOIR_DEV=1` the pages come from Vite and the sources, otherwise from the program.
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

export const test = base.extend<{ signedIn: Page }, { alone: string; site: Site }>({
  // Specs that name something here get a site of their own.
  alone: ["", { option: true, scope: "worker" }],
  site: [
    async ({ alone }, use) => {
      const folder = mkdtempSync(join(tmpdir(), `comptoir-web-${alone}`))
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
      const running = [spawn(PROGRAM, ["up", "--sample"], { env, stdio: ["ignore", "pipe", "inherit"] })]
      const said = await told(running[0] as ChildProcess, /sign in as (\S+) with (\S+)/)
      const url = process.env.COMPTOIR_DEV
        ? await vite(`http://127.0.0.1:${http}`, running)
        : `http://127.0.0.1:${http}`
      await answers(url)
      await use({ url, email: said[1] ?? "", password: said[2] ?? "", folder, program: PROGRAM, env })
      for (const process of running.reverse()) await stopped(process)
      rmSync(folder, { recursive: true, force: true })
    },
    { scope: "worker", timeout: 60_000 },
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

export async function vite(api: string, running: ChildProcess[]): Promise<string> {
  const port = await freePort()
  const args = ["vite", "--port", String(port), "--host", "127.0.0.1", "--strictPort"]
  running.push(
    spawn("npx", args, {
      cwd: resolve(import.meta.dirname, ".."),
      env: { ...process.env, COMPTOIR_URL: api },
      stdio: "ignore",
    }),
  )
  return `http://127.0.0.1:${port}`
}

export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer()
    server.on("error", failed)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() =>
        typeof address === "object" && address ? found(address.port) : failed(new Error("no port")),
      )
    })
  })
}

export function told(process: ChildProcess, wanted: RegExp): Promise<RegExpMatchArray> {
  return new Promise((found, failed) => {
    let text = ""
    process.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString()
      const match = wanted.exec(text)
      if (match) found(match)
    })
    process.on("exit", (code) => failed(new Error(`the program ended with ${code}: ${text}`)))
  })
}

export async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} does not answer`)
}

export function stopped(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    process.on("exit", () => resolve())
    if (process.exitCode !== null) return resolve()
    process.kill("SIGTERM")
    setTimeout(() => process.kill("SIGKILL"), 5_000).unref()
  })
}
