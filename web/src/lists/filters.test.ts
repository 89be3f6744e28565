import { expect, test, vi } from "vitest"

vi.mock("@/lib/language", () => ({ locale: () => "en-GB" }))
vi.mock("@/lib/useFilters", () => ({ useFilters: () => undefined }))
const { queryFrom } = await import("./filters")

const FILTERS = {
  q: { control: "search", label: "orders:search" },
  min_total: { control: "amount", label: "orders:filters.min", place: "more", address: "min" },
  active: {
    control: "choice",
    label: "products:which",
    options: { true: "products:actives.true", false: "products:actives.false" },
    standard: { value: "true", all: "products:actives.all" },
  },
  sku: null,
  sort: {
    control: "sort",
    label: "orders:sort.label",
    options: { number: "orders:sort.number" },
    standard: "number",
  },
} as never

test("amounts are typed in whole units, and sent in the currency's minor units", () => {
  expect(queryFrom(FILTERS, { min: "12,50" }, "EUR")).toMatchObject({ min_total: "1250" })
  expect(queryFrom(FILTERS, { min: "12" }, "JPY")).toMatchObject({ min_total: "12" })
  expect(queryFrom(FILTERS, { min: "twelve" }, "EUR")).not.toHaveProperty("min_total")
})

test("a search is not sorted", () => {
  expect(queryFrom(FILTERS, { sort: "number" }, "EUR")).toMatchObject({ sort: "number" })
  expect(queryFrom(FILTERS, { sort: "number", q: "tea" }, "EUR")).toEqual({ q: "tea", active: "true" })
})

test("a standard choice holds until another is made, and `all` sends nothing", () => {
  expect(queryFrom(FILTERS, {}, "EUR")).toEqual({ active: "true" })
  expect(queryFrom(FILTERS, { active: "false" }, "EUR")).toEqual({ active: "false" })
  expect(queryFrom(FILTERS, { active: "all" }, "EUR")).toEqual({})
})

test("what the screen does not offer is not taken from the address", () => {
  expect(queryFrom(FILTERS, { sku: "EPI", active: "all" }, "EUR")).toEqual({})
})
