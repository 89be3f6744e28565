import { Store } from "@/lib/store"

/** Whether the server answers. `lost` holds since when it does not. */
export const connection = new Store<{ lost: Date | null }>({ lost: null })

/** How often somebody knocks while nobody answers, in milliseconds. */
const KNOCK = 2_000

export function connectionLost(): void {
  if (connection.get().lost) return
  connection.set({ lost: new Date() })
  setTimeout(knock, KNOCK)
}

/** What went on living, such as the stream of events, may not notice that the rest works again. */
async function knock(): Promise<void> {
  if (!connection.get().lost) return
  const answered = await fetch("/api/v1/setup", { cache: "no-store" }).then(
    (response) => response.status < 500,
    () => false,
  )
  if (answered) connectionFound()
  else setTimeout(knock, KNOCK)
}

export function connectionFound(): void {
  if (connection.get().lost) connection.set({ lost: null })
}
