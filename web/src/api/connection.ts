import { Store } from "@/lib/store"

/** Whether the server answers. `lost` holds since when it does not. */
export const connection = new Store<{ lost: Date | null }>({ lost: null })

export function connectionLost(): void {
  if (!connection.get().lost) connection.set({ lost: new Date() })
}

export function connectionFound(): void {
  if (connection.get().lost) connection.set({ lost: null })
}
