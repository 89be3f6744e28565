import { QueryClient } from "@tanstack/react-query"
import { connection } from "./connection"
import { isPassing } from "./problem"

/**
 * What was read. Keys begin with the resource as the API names it (`["orders", …]`), so that the stream of events can say
 * what is old: see `live.ts`.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      networkMode: "always",
      retry: (failures, error) => failures < 3 && isPassing(error),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 8_000),
    },
    mutations: { networkMode: "always", retry: false },
  },
})

// Whatever changed while nobody could ask.
connection.subscribe(() => {
  if (!connection.get().lost) void queries.invalidateQueries()
})
