import { money, percent } from "@/lib/format"
import type { Word } from "@/lib/useWord"
import type { ConflictField } from "@/ui/ConflictDialog"
import {
  FIELDS,
  type LineValues,
  type OrderField,
  type OrderValues,
  plainText,
  type ValueOfKind,
} from "./orderFields"
import { isBlank, netOf } from "./orderForm"

type Line = Omit<LineValues, "key"> & { net: string }

/** What counts when two versions of a field are compared, by its kind. */
const COMPARED = {
  text: (text) => text,
  day: (day) => day,
  moment: (moment) => moment,
  notes: (notes) => notes,
  tags: (tags) => [...tags].sort(),
  contact: (contact) => contact?.name,
  currency: (currency) => currency,
  lines: comparableLines,
  // An order that stands is not placed again.
  placed_as: () => null,
} satisfies { [K in keyof ValueOfKind]: (value: ValueOfKind[K], order: OrderValues) => unknown }

function compared([name, { kind }]: (typeof FIELDS)[number], order: OrderValues): unknown {
  return (COMPARED[kind] as (value: unknown, order: OrderValues) => unknown)(order[name], order)
}

/** Whether two versions of an order say the same in every field. */
export function sameContent(a: OrderValues, b: OrderValues): boolean {
  return FIELDS.every((field) => same(compared(field, a), compared(field, b)))
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

type Versions = { mine: OrderValues; theirs: OrderValues; base: OrderValues | null }

/** The fields of two versions of an order, to choose between. `base` is what both edits began with, where it is known. */
export function conflictFields(
  { mine, theirs, base }: Versions,
  word: (word: Word) => string,
): ConflictField[] {
  return FIELDS.map((field) => {
    const [name, { kind, label }] = field
    return {
      name,
      label: word(label),
      yours: compared(field, mine),
      theirs: compared(field, theirs),
      untouched: base !== null && same(compared(field, mine), compared(field, base)),
      show: (value: unknown) => shown(kind, value),
    }
  })
}

function shown(kind: OrderField["kind"], value: unknown) {
  return kind === "lines" ? showLines(value as Line[]) : plainText(kind, value as string | string[])
}

/** My version, but for the fields where the other's was chosen. */
export function merge(mine: OrderValues, theirs: OrderValues, chosen: Set<string>): OrderValues {
  const picked = Object.fromEntries(Object.entries(theirs).filter(([name]) => chosen.has(name)))
  return { ...mine, ...picked }
}

function comparableLines(lines: LineValues[], { currency }: OrderValues): Line[] {
  return lines
    .filter((line) => !isBlank(line))
    .map(({ key: _, ...line }) => {
      const net = netOf({ ...line, key: "" }, currency)
      return { ...line, net: net === null ? "–" : money(net, currency) }
    })
}

function showLines(lines: Line[]) {
  return (
    <>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name here
        <span key={at} style={{ display: "block" }}>
          {line.quantity} × {line.description} · {line.price}
          {line.discount ? ` − ${line.discount}` : ""} · {percent(line.rate)} · {line.net}
        </span>
      ))}
    </>
  )
}
