import { data } from "@/api/client"
import { refusal } from "@/api/problem"
import { token } from "@/api/session"

/** How the machinery is. A stand-in until `openapi.json` has `GET /operations`. */
export type Operations = {
  now: {
    outbox_waiting: number
    outbox_oldest_seconds: number | null
    queue_waiting: number
    queue_held: number
    queue_oldest_seconds: number | null
    deliveries_pending: number
    dead_letters_open: number
    events_last_minute: number
    effects_last_minute: number
  }
  workers: { name: string; kind: string; started_at: string; last_seen: string }[]
  history: Sample[]
}

export type Sample = {
  minute: string
  events: number
  effects: number
  outbox_waiting: number
  queue_waiting: number
  oldest_seconds: number
  dead_letters_open: number
}

export async function readOperations(signal: AbortSignal): Promise<Operations> {
  const response = await fetch("/api/v1/operations", {
    headers: { authorization: `Bearer ${await token()}` },
    signal,
  })
  if (!response.ok) throw await refusal(response)
  return data<Operations>(Promise.resolve({ data: (await response.json()) as Operations, response }))
}
