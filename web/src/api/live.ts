import { connection, connectionFound, connectionLost } from "./connection"
import { queries } from "./queries"
import type { EventType, Headline } from "./schema"
import { token } from "./session"

/**
 * Follows the server's stream of events for as long as somebody is signed in, and marks as old whatever an event has changed.
 * `EventSource` cannot send a token, so the stream is read by hand (the format: https://html.spec.whatwg.org/#event-stream-interpretation).
 */
export async function follow(signal: AbortSignal): Promise<void> {
  let last: string | null = null
  let failures = 0
  while (!signal.aborted) {
    try {
      last = await listen(last, signal, () => {
        // Whatever happened while nobody listened.
        if (failures > 0) void queries.invalidateQueries()
        failures = 0
        connectionFound()
      })
    } catch {
      if (signal.aborted) return
      failures += 1
      if (failures > 1) connectionLost()
      await pause(Math.min(500 * 2 ** failures, 10_000), signal)
    }
  }
}

async function listen(last: string | null, signal: AbortSignal, greeted: () => void): Promise<string | null> {
  const bearer = await token()
  if (!bearer) throw new Error("nobody is signed in")
  const headers: Record<string, string> = { authorization: `Bearer ${bearer}`, accept: "text/event-stream" }
  if (last) headers["last-event-id"] = last
  const response = await fetch("/api/v1/stream", { headers, signal })
  if (!response.ok || !response.body) throw new Error(`the stream is refused: ${response.status}`)
  greeted()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ""
  for (;;) {
    const { done, value } = await reader.read()
    // The server ends a stream when its token runs out.
    if (done) return last
    text += value
    const messages = text.split("\n\n")
    text = messages.pop() ?? ""
    for (const message of messages) last = heard(message) ?? last
  }
}

function heard(message: string): string | null {
  const lines = message.split("\n")
  const field = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
  const headline = field("data")
  if (headline) spread(JSON.parse(headline) as Headline)
  return field("id") ?? null
}

/** What an event type begins with. */
type Subject<T> = T extends `${infer S}_${string}` ? S : never

/** Which resources an event makes old. Effects follow a moment later: what shows them asks again by itself. */
const TOUCHED: Record<Subject<EventType>, string[]> = {
  CONTACT: ["contacts", "timeline", "explain"],
  ORDER: ["orders", "stats", "timeline", "explain", "documents", "contacts-balance"],
  TRANSACTION: ["transactions", "orders", "stats", "timeline", "explain", "documents", "contacts-balance"],
  PRODUCT: ["products", "timeline"],
  SETTINGS: ["settings"],
}

function spread({ type }: { type: EventType }): void {
  // A newer server may know more types than this page.
  for (const resource of TOUCHED[type.split("_")[0] as Subject<EventType>] ?? []) later(resource)
}

/** An import tells thousands of events: each resource is read again twice a second at most. */
const waiting = new Set<string>()
function later(resource: string): void {
  if (waiting.has(resource)) return
  waiting.add(resource)
  setTimeout(
    () => {
      waiting.delete(resource)
      void queries.invalidateQueries({ queryKey: [resource] })
    },
    connection.get().lost ? 0 : 150,
  )
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener("abort", () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
