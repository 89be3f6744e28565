import { type ChildProcess, spawn } from "node:child_process"
import { createServer } from "node:net"
import { resolve } from "node:path"

export async function vite(api: string, running: ChildProcess[]): Promise<string> {
  const port = await freePort()
  // Itself and not npx: the one that is stopped must be the one that listens.
  const program = resolve(import.meta.dirname, "../node_modules/vite/bin/vite.js")
  const command = process.env.COMPTOIR_DEV === "preview" ? ["preview"] : []
  const args = [program, ...command, "--port", String(port), "--host", "127.0.0.1", "--strictPort"]
  running.push(
    spawn(process.execPath, args, {
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
    // One that was killed has no exit code.
    if (process.exitCode !== null || process.signalCode !== null) return resolve()
    process.kill("SIGTERM")
    setTimeout(() => process.kill("SIGKILL"), 5_000).unref()
  })
}
