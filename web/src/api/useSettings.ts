import { useQuery } from "@tanstack/react-query"
import { api, data } from "./client"

/** Currency, VAT rates, terms of payment: the same for everybody, and rarely changed. */
export function useSettings() {
  return useQuery({
    queryKey: ["settings"],
    staleTime: 5 * 60_000,
    queryFn: ({ signal }) => data(api.GET("/api/v1/settings", { signal })),
  })
}
