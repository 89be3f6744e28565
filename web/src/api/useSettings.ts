import { useQuery } from "@tanstack/react-query"
import { read } from "./read"

/** Currency, VAT rates, terms of payment: the same for everybody, and rarely changed. */
export function useSettings() {
  return useQuery({
    ...read("/api/v1/settings", {}),
    staleTime: 5 * 60_000,
  })
}
