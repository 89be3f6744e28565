import { useQueries } from "@tanstack/react-query"
import { api, data } from "@/api/client"
import type { Order } from "@/api/generated/schema"

/** The orders behind transactions, each read once; the order's own screen shares them. */
export function useOrders(ids: string[]): (id: string) => Order | undefined {
  const known = useQueries({
    queries: [...new Set(ids)].map((id) => ({
      queryKey: ["orders", id],
      staleTime: 5 * 60_000,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        data(api.GET("/api/v1/orders/{id}", { params: { path: { id } }, signal })),
    })),
    combine: (results) =>
      new Map(results.flatMap(({ data }) => (data ? [[data.id as string, data] as const] : []))),
  })
  return (id) => known.get(id)
}
