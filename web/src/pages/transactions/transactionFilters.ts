import { wordsOf } from "@/lib/useWord"
import type { FiltersOf } from "@/lists/filters"
import { METHODS } from "./methods"

/** The filters of the list of transactions, each with its control and its label. */
export const TRANSACTION_FILTERS = {
  reference: { control: "search", label: "transactions:filters.reference" },
  kind: {
    control: "choice",
    label: "transactions:fields.kind",
    options: wordsOf("transactions:kinds", ["payment", "refund"]),
    width: 140,
  },
  state: {
    control: "choices",
    label: "common:fields.state",
    options: wordsOf("states:transaction", ["pending", "succeeded", "failed", "cancelled"]),
  },
  method: {
    control: "choice",
    label: "transactions:fields.method",
    options: wordsOf("transactions:methods", METHODS),
  },
  value_from: { control: "day", bound: "from", label: "transactions:filters.value_from" },
  value_to: { control: "day", bound: "to", label: "transactions:filters.value_to" },
  min_amount: { control: "amount", place: "more", label: "transactions:filters.min", address: "min" },
  max_amount: { control: "amount", place: "more", label: "transactions:filters.max", address: "max" },
  order_id: null,
  contact_id: null,
  currency: null,
  sort: null,
} as const satisfies FiltersOf<"/api/v1/transactions">
