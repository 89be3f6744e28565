import { useQuery } from "@tanstack/react-query"
import { read } from "./read"

/** The settings of the company: currency, VAT rates, payment terms. They change rarely, so they are read seldom. */
export function useSettings() {
  return useQuery({
    ...read("/api/v1/settings", {}),
    staleTime: 5 * 60_000,
  })
}
