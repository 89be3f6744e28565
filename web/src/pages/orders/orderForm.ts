import type { Discount, Order, OrderInput, OrderLineInput } from "@/api/generated/schema"
import { moneyText, parseDecimal, parseMoney } from "@/lib/format"
import { language } from "@/lib/language"
import { lineNet, type Totals, totals } from "@/lib/totals"
import { FIELDS, type LineValues, type OrderValues, PLAIN_FIELDS, type PlainField } from "./orderFields"

function blankLine(rate: string): LineValues {
  return { key: crypto.randomUUID(), sku: "", description: "", quantity: "", price: "", discount: "", rate }
}

export function isBlank(line: LineValues): boolean {
  return !(
    line.sku ||
    line.description.trim() ||
    line.quantity.trim() ||
    line.price.trim() ||
    line.discount.trim()
  )
}

/** The lines with an empty one at the end to type into. */
export function withBlankLine(lines: LineValues[], rate: string): LineValues[] {
  const last = lines.at(-1)
  return last && isBlank(last) ? lines : [...lines, blankLine(rate)]
}

type PlainValues = Pick<OrderValues, PlainField>

/** The plain fields as the form holds them: of an order, or empty. */
function plainValues(order: Partial<Order>): PlainValues {
  const values = PLAIN_FIELDS.map(([name, { kind }]) => [name, order[name] ?? (kind === "tags" ? [] : "")])
  return Object.fromEntries(values) as PlainValues
}

/** The plain fields as the API takes them: null where nothing is said. */
function plainInput(values: PlainValues): Required<Pick<OrderInput, PlainField>> {
  const input = PLAIN_FIELDS.map(([name]) => {
    const value = values[name]
    return [name, typeof value === "string" ? value.trim() || null : value]
  })
  return Object.fromEntries(input) as Required<Pick<OrderInput, PlainField>>
}

export function emptyOrder(currency: string, rate: string): OrderValues {
  return {
    ...plainValues({}),
    contact_id: null,
    currency,
    lines: [blankLine(rate)],
    place_as: "confirmed",
  }
}

/** A new order that repeats another: without what belongs to that one alone, such as its reference. */
export function duplicateOf(order: OrderValues, empty: OrderValues): OrderValues {
  const kept = FIELDS.filter(([, { duplicated }]) => duplicated).map(([name]) => [name, order[name]])
  return { ...empty, ...(Object.fromEntries(kept) as Partial<OrderValues>) }
}

/** A saved order as the form shows it. */
export function orderValues(order: Order, contactName: string): OrderValues {
  return {
    ...plainValues(order),
    contact_id: { id: order.contact_id, name: contactName },
    currency: order.currency,
    place_as: "draft",
    lines: order.lines.map((line) => ({
      key: crypto.randomUUID(),
      sku: line.sku ?? "",
      description: line.description,
      quantity: numberText(line.quantity),
      price: moneyText(line.unit_price, order.currency),
      discount: discountText(line.discount, order.currency),
      rate: line.vat_rate,
    })),
  }
}

/** A decimal of the API as people type it in the language on screen. */
function numberText(decimal: string): string {
  return language() === "fr" ? decimal.replace(".", ",") : decimal
}

function discountText(discount: Discount | null | undefined, currency: string): string {
  if (!discount) return ""
  return "amount" in discount ? moneyText(discount.amount, currency) : `${numberText(discount.percent)} %`
}

/** Parses a typed discount: `5 %`, `5,5%` or `3,50`. Null where it is neither; undefined where nothing is typed. */
function parseDiscount(typed: string, currency: string): Discount | null | undefined {
  const text = typed.trim()
  if (!text) return undefined
  if (text.endsWith("%")) {
    const percent = unsigned(text.slice(0, -1))
    return percent === null ? null : { percent }
  }
  const amount = parseMoney(text, currency)
  return amount === null || amount < 0 ? null : { amount }
}

/** The form of a decimal that the API takes: no sign, no leading zeros. */
function unsigned(typed: string): string | null {
  const decimal = parseDecimal(typed)
  return decimal === null || decimal.startsWith("-") ? null : decimal.replace(/^0+(?=\d)/, "")
}

/** A line as the API takes it, or the names of the fields that are not numbers. */
function parseLine(line: LineValues, currency: string): { line: OrderLineInput } | { wrong: LineError[] } {
  const quantity = unsigned(line.quantity.trim() || "1")
  const price = line.price.trim() ? parseMoney(line.price, currency) : null
  const discount = parseDiscount(line.discount, currency)
  const wrong: LineError[] = []
  if (!line.description.trim() && !line.sku) wrong.push({ field: "description", word: "required" })
  if (quantity === null || lineNet({ quantity, unit_price: 0 }) === null)
    wrong.push({ field: "quantity", word: "number" })
  if (price === null || price < 0)
    wrong.push({ field: "price", word: line.price.trim() ? "amount" : "required" })
  if (discount === null) wrong.push({ field: "discount", word: "amount" })
  if (wrong.length > 0 || quantity === null || discount === null) return { wrong }
  return {
    line: {
      description: line.description.trim() || null,
      sku: line.sku || null,
      quantity,
      unit_price: price,
      discount: discount ?? null,
      vat_rate: line.rate,
    },
  }
}

/** A field of a line that cannot be sent, and its word in `common:errors`. */
type LineError = {
  field: "description" | "quantity" | "price" | "discount"
  word: "required" | "number" | "amount"
}

/** The net amount of a line as far as it is typed; null if it cannot be priced yet. */
export function netOf(line: LineValues, currency: string): number | null {
  const priced = pricedLine(line, currency)
  return priced ? lineNet(priced) : null
}

function pricedLine(line: LineValues, currency: string) {
  const parsed = parseLine({ ...line, description: line.description || "–" }, currency)
  if ("wrong" in parsed || isBlank(line)) return null
  const { quantity, unit_price, discount, vat_rate } = parsed.line
  return { quantity, unit_price: unit_price ?? 0, discount, vat_rate: vat_rate ?? "0" }
}

export function totalsOf(values: OrderValues): Totals {
  return totals(values.lines.flatMap((line) => pricedLine(line, values.currency) ?? []))
}

/** The errors of a form before it is sent: the form's field → the word in `common:errors`. */
export function mistakes(values: OrderValues): Record<string, LineError["word"]> {
  const found: Record<string, LineError["word"]> = {}
  if (!values.contact_id) found.contact_id = "required"
  if (values.lines.every(isBlank)) found["lines.0.description"] = "required"
  values.lines.forEach((line, at) => {
    if (isBlank(line)) return
    const parsed = parseLine(line, values.currency)
    if ("wrong" in parsed) for (const { field, word } of parsed.wrong) found[`lines.${at}.${field}`] = word
  })
  return found
}

/** The form as the API takes it, blank lines left out. */
export function orderInput(values: OrderValues): Required<OrderInput> {
  return {
    ...plainInput(values),
    contact_id: values.contact_id?.id ?? "",
    currency: values.currency,
    place_as: values.place_as,
    lines: values.lines
      .filter((line) => !isBlank(line))
      .flatMap((line) => {
        const parsed = parseLine(line, values.currency)
        return "line" in parsed ? [parsed.line] : []
      }),
  }
}

/** The form's names for fields of a line. */
const FORM_NAME: Record<string, string> = {
  unit_price: "price",
  vat_rate: "rate",
  sku: "description",
  net: "price",
}

/** The server's field errors by the form's names. Line numbers differ: blank lines were not sent. */
export function formErrors(errors: Record<string, string>, values: OrderValues): Record<string, string> {
  const sent = values.lines.flatMap((line, at) => (isBlank(line) ? [] : [at]))
  return Object.fromEntries(
    Object.entries(errors).map(([field, message]) => {
      const [, at, name = "description"] = /^lines\.(\d+)(?:\.(\w+))?/.exec(field) ?? []
      if (at !== undefined) return [`lines.${sent[Number(at)] ?? 0}.${FORM_NAME[name] ?? name}`, message]
      return [field === "lines" ? "lines.0.description" : field, message]
    }),
  )
}
