import { useLocalStorage } from "@mantine/hooks"
import { minorDigits, parseDecimal, today } from "@/lib/format"

/** The filters of orders, as they stand in the address. Amounts are written as people do, in whole units. */
export const FILTERS = [
  "q",
  "state",
  "payment_status",
  "late",
  "ordered_from",
  "ordered_to",
  "due_from",
  "due_to",
  "contact_id",
  "tag",
  "currency",
  "min",
  "max",
  "sort",
] as const
export type Filter = (typeof FILTERS)[number]
export type Filters = Partial<Record<Filter, string>>

export type View = { name: string; filters: Filters }

/** Those that everybody needs; the names are words. */
export function builtInViews(): { word: "all" | "open" | "late" | "drafts" | "month"; filters: Filters }[] {
  return [
    { word: "all", filters: {} },
    { word: "open", filters: { state: "confirmed,fulfilled", payment_status: "unpaid,partially_paid" } },
    { word: "late", filters: { late: "true" } },
    { word: "drafts", filters: { state: "draft" } },
    { word: "month", filters: { ordered_from: `${today().slice(0, 7)}-01` } },
  ]
}

/** Views that somebody has named, on this computer. */
export function useOwnViews() {
  const [views, setViews] = useLocalStorage<View[]>({ key: "comptoir.orders.views", defaultValue: [] })
  return {
    views,
    keep: (view: View) => setViews((before) => [...before.filter(({ name }) => name !== view.name), view]),
    drop: (name: string) => setViews((before) => before.filter((view) => view.name !== name)),
  }
}

export function sameFilters(a: Filters, b: Filters): boolean {
  return FILTERS.every((name) => (a[name] ?? "") === (b[name] ?? ""))
}

/** As the API calls them: amounts in minor units, and no sorting of a search, which ranks by itself. */
export function asQuery({ min, max, ...filters }: Filters, currency: string): Record<string, string> {
  const minor = (typed: string | undefined) => {
    const decimal = typed ? parseDecimal(typed) : null
    return decimal === null ? null : String(Math.round(Number(decimal) * 10 ** minorDigits(currency)))
  }
  const [min_total, max_total] = [minor(min), minor(max)]
  const query = {
    ...filters,
    ...(min_total ? { min_total } : {}),
    ...(max_total ? { max_total } : {}),
  }
  if (filters.q) delete query.sort
  return query
}
