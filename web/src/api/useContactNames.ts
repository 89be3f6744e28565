import { keepPreviousData, useQueries } from "@tanstack/react-query"
import { read } from "./read"

/** How many contacts one request names; the API takes up to 200. */
const BATCH = 100

/** The names of contacts by their ids: lists of orders have only ids. A list that grows reads only its last batch. */
export function useContactNames(ids: string[]): (id: string) => string | undefined {
  const all = [...new Set(ids)]
  const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, at) =>
    all.slice(at * BATCH, (at + 1) * BATCH),
  )
  const known = useQueries({
    queries: batches.map((ids) => ({
      ...read("/api/v1/contacts", { query: { ids, limit: BATCH } }),
      staleTime: 5 * 60_000,
      placeholderData: keepPreviousData,
    })),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }) => data?.items.map(({ id, name }) => [id as string, name] as const) ?? []),
      ),
  })
  return (id) => known.get(id)
}
