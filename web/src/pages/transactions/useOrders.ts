import { useQueries } from "@tanstack/react-query"
import type { Order } from "@/api/generated/schema"
import { read } from "@/api/read"

/** The orders of transactions by their ids. Each is read once, and shared with the order's own page. */
export function useOrders(ids: string[]): (id: string) => Order | undefined {
  const known = useQueries({
    queries: [...new Set(ids)].map((id) => ({
      ...read("/api/v1/orders/{id}", { path: { id } }),
      staleTime: 5 * 60_000,
    })),
    combine: (results) =>
      new Map(results.flatMap(({ data }) => (data ? [[data.id as string, data] as const] : []))),
  })
  return (id) => known.get(id)
}
