import { useMemo } from "react"
import type { GetPath, QueryOf } from "@/api/read"
import { minorDigits, parseDecimal } from "@/lib/format"
import { useFilters } from "@/lib/useFilters"
import type { Word } from "@/lib/useWord"

/** Where a control stands: beside the search, or behind the button "Filters". */
type Place = "bar" | "more"

type Common = {
  label: Word
  /** The name in the address of the screen, where it is not the API's. */
  address?: string
}

/** The values of a query parameter that takes one of several, or several of them. */
type ValueOf<V> =
  NonNullable<V> extends (infer U)[]
    ? U & string
    : NonNullable<V> extends boolean
      ? "true" | "false"
      : V & string

/** How one query parameter of a list is chosen on the screen. `V` is its type in the API. */
export type Filter<V = string> = Common &
  (
    | { control: "search" }
    /** One of several values. `standard` holds while none is chosen; choosing `all` sends nothing. */
    | {
        control: "choice"
        options: Record<ValueOf<V>, Word>
        place?: Place
        width?: number
        standard?: { value: string; all: Word }
      }
    | { control: "choices"; options: Record<ValueOf<V>, Word>; width?: number }
    | { control: "toggle" }
    /** Beside the search it is one end of a span of days. */
    | { control: "day"; bound?: "from" | "to"; place?: Place }
    /** `chip`: what is chosen stands in the bar too, where one click removes it. */
    | { control: "text"; place: "more"; chip?: boolean }
    /** Typed in whole units of the list's currency; the API gets minor units. */
    | { control: "amount"; place: "more" }
    | { control: "currency"; place: "more" }
    /** Set by a link. Only shown, and removed by a click. */
    | { control: "chip" }
    | { control: "sort"; options: Partial<Record<ValueOf<V>, Word>>; standard: ValueOf<V> }
  )

/**
 * The filters of a list, by the API's query parameters: `satisfies FiltersOf<"/api/v1/orders">`. The compiler asks for each that
 * the API has; `null` says that the screen does not offer it.
 */
export type FiltersOf<P extends GetPath> = {
  [K in Exclude<keyof QueryOf<P>, "limit" | "cursor">]-?: Filter<QueryOf<P>[K]> | null
}

type Declared = Record<string, Filter<never> | null>
export type Values = Partial<Record<string, string>>

/** The declared filters with the names that they have in the address, in the order of the declaration. */
export function declared(filters: Declared): { name: string; address: string; filter: Filter<never> }[] {
  return Object.entries(filters).flatMap(([name, filter]) =>
    filter ? [{ name, address: filter.address ?? name, filter }] : [],
  )
}

/** What is chosen, as the API takes it. `currency` is the one that amounts are typed in. */
export function queryFrom(filters: Declared, values: Values, currency: string): Record<string, string> {
  const all = declared(filters)
  const searching = all.some(({ filter, address, name }) => name === "q" && values[address] && filter)
  const query: Record<string, string> = {}
  for (const { name, address, filter } of all) {
    let value = values[address]
    if (filter.control === "choice" && filter.standard)
      value = value === "all" ? undefined : (value ?? filter.standard.value)
    if (filter.control === "amount" && value) value = minorUnits(value, currency)
    // The server ranks a search by itself.
    if (filter.control === "sort" && searching) value = undefined
    if (value) query[name] = value
  }
  return query
}

function minorUnits(typed: string, currency: string): string | undefined {
  const decimal = parseDecimal(typed)
  return decimal === null ? undefined : String(Math.round(Number(decimal) * 10 ** minorDigits(currency)))
}

/** The filters of a list as they are chosen now: kept in the address, and given as the API's query. */
export function useListFilters<P extends GetPath>(filters: FiltersOf<P>, currency = "EUR") {
  const known = filters as unknown as Declared
  const names = useMemo(() => declared(known).map(({ address }) => address), [known])
  const { filters: values, set } = useFilters(names)
  const sorts = declared(known).flatMap(({ address, filter }) => (filter.control === "sort" ? [address] : []))
  const chosenCurrency = values.currency ?? currency
  return {
    declaration: known,
    values: values as Values,
    set: set as (changed: Record<string, string | null>) => void,
    clear: () => set(Object.fromEntries(names.map((name) => [name, null]))),
    /** Whether anything is left out of the list. */
    filtering: Object.keys(values).some((name) => !sorts.includes(name)),
    // Texts of the address, which the API takes as they are.
    query: queryFrom(known, values, chosenCurrency) as QueryOf<P>,
  }
}

export type ListFilterState = Omit<ReturnType<typeof useListFilters<GetPath>>, "query">
