import { keepPreviousData, useQueries } from "@tanstack/react-query"
import { api, data } from "./client"

/** The API names up to 200 contacts at once. */
const AT_ONCE = 100

/** The names behind contact ids: lists of orders name contacts by id. A list that grows asks only for its last part. */
export function useContactNames(ids: string[]): (id: string) => string | undefined {
  const all = [...new Set(ids)]
  const parts = Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, part) =>
    all.slice(part * AT_ONCE, (part + 1) * AT_ONCE),
  )
  const known = useQueries({
    queries: parts.map((part) => ({
      queryKey: ["contacts", "names", part],
      staleTime: 5 * 60_000,
      placeholderData: keepPreviousData<[string, string][]>,
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const query = { ids: part, limit: AT_ONCE }
        const page = await data(api.GET("/api/v1/contacts", { params: { query }, signal }))
        return page.items.map(({ id, name }): [string, string] => [id, name])
      },
    })),
    combine: (results) => new Map(results.flatMap(({ data }) => data ?? [])),
  })
  return (id) => known.get(id)
}
