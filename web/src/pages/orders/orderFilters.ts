import { useLocalStorage } from "@mantine/hooks"
import { today } from "@/lib/format"
import { wordsOf } from "@/lib/useWord"
import { declared, type FiltersOf, type Values } from "@/lists/filters"

/** The filters of the list of orders, each with its control and its label. */
export const ORDER_FILTERS = {
  q: { control: "search", label: "orders:search" },
  state: {
    control: "choices",
    label: "common:fields.state",
    options: wordsOf("states:order", ["draft", "confirmed", "fulfilled", "closed", "cancelled"]),
  },
  payment_status: {
    control: "choices",
    label: "orders:fields.payment",
    options: wordsOf("states:payment", ["unpaid", "partially_paid", "paid", "overpaid", "refunded"]),
  },
  late: { control: "toggle", label: "orders:late" },
  ordered_from: { control: "day", place: "more", label: "orders:filters.ordered_from" },
  ordered_to: { control: "day", place: "more", label: "orders:filters.ordered_to" },
  due_from: { control: "day", place: "more", label: "orders:filters.due_from" },
  due_to: { control: "day", place: "more", label: "orders:filters.due_to" },
  delivery_from: { control: "day", place: "more", label: "orders:filters.delivery_from" },
  delivery_to: { control: "day", place: "more", label: "orders:filters.delivery_to" },
  min_total: { control: "amount", place: "more", label: "orders:filters.min", address: "min" },
  max_total: { control: "amount", place: "more", label: "orders:filters.max", address: "max" },
  currency: { control: "currency", place: "more", label: "orders:fields.currency" },
  tag: { control: "text", place: "more", label: "orders:filters.tag", chip: true },
  contact_id: { control: "chip", label: "orders:fields.contact" },
  sku: null,
  number: null,
  reference: null,
  updated_since: null,
  sort: {
    control: "sort",
    label: "orders:sort.label",
    options: wordsOf("orders:sort", [
      "-ordered_at",
      "ordered_at",
      "number",
      "-total",
      "total",
      "due_on",
      "delivery_date",
      "-updated_at",
    ]),
    standard: "-ordered_at",
  },
} as const satisfies FiltersOf<"/api/v1/orders">

const ADDRESSES = declared(ORDER_FILTERS as never).map(({ address }) => address)

/** A list of orders to come back to, by its filters as they stand in the address. */
export type View = { name: string; filters: Values }

/** The views that everybody has; `word` names them in `orders:views`. */
export function builtInViews(): { word: "all" | "open" | "late" | "drafts" | "month"; filters: Values }[] {
  return [
    { word: "all", filters: {} },
    { word: "open", filters: { state: "confirmed,fulfilled", payment_status: "unpaid,partially_paid" } },
    { word: "late", filters: { late: "true" } },
    { word: "drafts", filters: { state: "draft" } },
    { word: "month", filters: { ordered_from: `${today().slice(0, 7)}-01` } },
  ]
}

/** The views that somebody has named, kept in this browser. */
export function useOwnViews() {
  const [views, setViews] = useLocalStorage<View[]>({ key: "comptoir.orders.views", defaultValue: [] })
  return {
    views,
    keep: (view: View) => setViews((before) => [...before.filter(({ name }) => name !== view.name), view]),
    drop: (name: string) => setViews((before) => before.filter((view) => view.name !== name)),
  }
}

export function sameFilters(a: Values, b: Values): boolean {
  return ADDRESSES.every((name) => (a[name] ?? "") === (b[name] ?? ""))
}

/** The change of the address that a view makes: its filters, and no others. */
export function filtersOfView(view: Values): Record<string, string | null> {
  return Object.fromEntries(ADDRESSES.map((name) => [name, view[name] ?? null]))
}
