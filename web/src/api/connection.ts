import { Store } from "@/lib/store"

/** Whether the server answers: `lost` is the moment since which it does not, or null. */
export const connection = new Store<{ lost: Date | null }>({ lost: null })

/** Milliseconds between two probes while the server does not answer. */
const PROBE_INTERVAL = 2_000

export function connectionLost(): void {
  if (connection.get().lost) return
  connection.set({ lost: new Date() })
  setTimeout(probe, PROBE_INTERVAL)
}

/** Asks until the server answers: a request that was open all the time, such as the stream of events, may not notice. */
async function probe(): Promise<void> {
  if (!connection.get().lost) return
  const answered = await fetch("/api/v1/setup", { cache: "no-store" }).then(
    (response) => response.status < 500,
    () => false,
  )
  if (answered) connectionRestored()
  else setTimeout(probe, PROBE_INTERVAL)
}

export function connectionRestored(): void {
  if (connection.get().lost) connection.set({ lost: null })
}
