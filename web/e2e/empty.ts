import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { answers, freePort, stopped, told, vite } from "./processes"
import { PROGRAM } from "./site"

/** The program with nothing in it, not even a user; `token` stands in the link that it prints. */
export async function startEmpty(): Promise<{ url: string; token: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "comptoir-web-"))
  const [http, health] = [await freePort(), await freePort()]
  const env = {
    ...process.env,
    COMPTOIR_DATA_FOLDER: folder,
    COMPTOIR_HTTP_LISTEN: `127.0.0.1:${http}`,
    COMPTOIR_HTTP_HEALTH_LISTEN: `127.0.0.1:${health}`,
  }
  const running = [spawn(PROGRAM, ["up"], { env, stdio: ["ignore", "pipe", "inherit"] })]
  const said = await told(running[0] as ChildProcess, /\/setup#(\S+)/)
  const api = `http://127.0.0.1:${http}`
  const url = process.env.COMPTOIR_DEV ? await vite(api, running) : api
  await answers(url)
  const stop = async () => {
    for (const process of running.reverse()) await stopped(process)
    rmSync(folder, { recursive: true, force: true })
  }
  return { url, token: said[1] ?? "", stop }
}
