import { connection, connectionLost, connectionRestored } from "./connection"
import type { EventType, Headline } from "./generated/schema"
import { queries } from "./queries"
import { type GetPath, invalidate } from "./read"
import { token } from "./session"

/**
 * Follows the server's stream of events until `signal` aborts, and marks as old whatever an event has changed.
 * `EventSource` cannot send a token, so the stream is read by hand (the format: https://html.spec.whatwg.org/#event-stream-interpretation).
 */
export async function followEvents(signal: AbortSignal): Promise<void> {
  let last: string | null = null
  let failures = 0
  while (!signal.aborted) {
    try {
      last = await readStream(last, signal, () => {
        // Events that happened while nobody listened.
        if (failures > 0) void queries.invalidateQueries()
        failures = 0
        connectionRestored()
      })
    } catch {
      if (signal.aborted) return
      failures += 1
      if (failures > 1) connectionLost()
      await pause(Math.min(500 * 2 ** failures, 10_000), signal)
    }
  }
}

/** Reads one connection of the stream to its end. Returns the id of the last event, from where the next connection goes on. */
async function readStream(
  last: string | null,
  signal: AbortSignal,
  onOpen: () => void,
): Promise<string | null> {
  const bearer = await token()
  if (!bearer) throw new Error("nobody is signed in")
  const headers: Record<string, string> = { authorization: `Bearer ${bearer}`, accept: "text/event-stream" }
  if (last) headers["last-event-id"] = last
  const response = await fetch("/api/v1/stream", { headers, signal })
  if (!response.ok || !response.body) throw new Error(`the stream is refused: ${response.status}`)
  onOpen()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ""
  for (;;) {
    const { done, value } = await reader.read()
    // The server ends a stream when its token expires.
    if (done) return last
    text += value
    const messages = text.split("\n\n")
    text = messages.pop() ?? ""
    for (const message of messages) last = handle(message) ?? last
  }
}

/** Handles one message of the stream, and returns its id. */
function handle(message: string): string | null {
  const lines = message.split("\n")
  const field = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
  const headline = field("data")
  if (headline) invalidateAfter(JSON.parse(headline) as Headline)
  return field("id") ?? null
}

type Reads = Parameters<typeof invalidate>[number]
type Subject = EventType extends infer T ? (T extends `${infer S}_${string}` ? S : never) : never
const CONTACT_TIMELINES: GetPath = "/api/v1/contacts/{id}/timeline"

/** What an event makes old, by its subject. Effects follow a moment later: a screen that shows them reads again by itself. */
const STALE_AFTER = {
  CONTACT: ["contacts", "explain"],
  ORDER: ["orders", "stats", "explain", CONTACT_TIMELINES],
  TRANSACTION: ["transactions", "orders", "stats", "explain", CONTACT_TIMELINES],
  PRODUCT: ["products"],
  SETTINGS: ["settings"],
} satisfies Record<Subject, Reads[]>

function invalidateAfter({ type }: { type: EventType }): void {
  for (const what of STALE_AFTER[type.split("_")[0] as Subject] ?? []) invalidateSoon(what)
}

/** An import makes thousands of events: each thing is read again a few times a second at most. */
const scheduled = new Set<Reads>()
function invalidateSoon(what: Reads): void {
  if (scheduled.has(what)) return
  scheduled.add(what)
  setTimeout(
    () => {
      scheduled.delete(what)
      void invalidate(what)
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
