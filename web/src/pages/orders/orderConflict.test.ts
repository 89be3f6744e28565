import { expect, test, vi } from "vitest"
import type { Order } from "@/api/generated/schema"

vi.mock("@/lib/language", () => ({ locale: () => "en-GB", language: () => "en" }))
const { orderInput, orderValues, duplicateOf, emptyOrder } = await import("./orderForm")
const { conflictFields, merge, sameContent } = await import("./orderConflict")

const ORDER = {
  contact_id: "con_1",
  currency: "EUR",
  due_on: "2026-12-24",
  delivery_date: "2026-12-23",
  external_id: "SHOP-1",
  ordered_at: "2026-12-01T09:00:00Z",
  reference: "PO 7",
  notes: null,
  tags: ["gift"],
  lines: [{ description: "Tea", quantity: "2", unit_price: 450, discount: null, vat_rate: "5.5", net: 900 }],
} as unknown as Order

const word = (word: string) => word

test("an order that is only opened and saved stays as it is", () => {
  const { place_as: _, lines, ...fields } = orderInput(orderValues(ORDER, "Ravel"))
  const { lines: _lines, ...before } = ORDER
  expect(fields).toEqual(before)
  expect(lines).toMatchObject([{ description: "Tea", quantity: "2", unit_price: 450, vat_rate: "5.5" }])
})

test("a field without a control is no exception: whoever changed it meanwhile is not overwritten", () => {
  const base = orderValues(ORDER, "Ravel")
  const theirs = orderValues({ ...ORDER, external_id: "SHOP-2" }, "Ravel")
  expect(sameContent(base, theirs)).toBe(false)
  const differ = conflictFields({ mine: base, theirs, base }, word).filter(
    ({ yours, theirs }) => JSON.stringify(yours) !== JSON.stringify(theirs),
  )
  expect(differ).toMatchObject([{ name: "external_id", yours: "SHOP-1", theirs: "SHOP-2", untouched: true }])
  expect(merge(base, theirs, new Set(["external_id"])).external_id).toBe("SHOP-2")
})

test("the keys of lines and the order of tags make no difference", () => {
  const tagged = (tags: string[]) => orderValues({ ...ORDER, tags } as Order, "Ravel")
  expect(sameContent(tagged(["a", "b"]), tagged(["b", "a"]))).toBe(true)
})

test("a duplicate leaves out what belongs to the other order alone", () => {
  const copy = duplicateOf(orderValues(ORDER, "Ravel"), emptyOrder("EUR", "20"))
  expect(copy).toMatchObject({
    tags: ["gift"],
    reference: "",
    external_id: "",
    due_on: "",
    place_as: "confirmed",
  })
  expect(copy.lines[0]?.description).toBe("Tea")
})
