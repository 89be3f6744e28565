import { useQueries } from "@tanstack/react-query"
import { api, data } from "./client"

/** The names behind contact ids, each read once: lists of orders name contacts by id. */
export function useContactNames(ids: string[]): (id: string) => string | undefined {
  const known = useQueries({
    queries: [...new Set(ids)].map((id) => ({
      queryKey: ["contacts", "name", id],
      staleTime: 5 * 60_000,
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const contact = await data(api.GET("/api/v1/contacts/{id}", { params: { path: { id } }, signal }))
        return [id, contact.name] as const
      },
    })),
    combine: (results) => new Map(results.flatMap(({ data }) => (data ? [data] : []))),
  })
  return (id) => known.get(id)
}
