import { QueryClient } from "@tanstack/react-query"
import { connection } from "./connection"
import { isTemporary } from "./problem"

/** The cache of what was read from the API. Keys begin with the resource, so that an event can mark it as old: see `read.ts`. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      networkMode: "always",
      retry: (failures, error) => failures < 3 && isTemporary(error),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 8_000),
    },
    mutations: { networkMode: "always", retry: false },
  },
})

// Changes that happened while the server could not be reached.
connection.subscribe(() => {
  if (!connection.get().lost) void queries.invalidateQueries()
})
