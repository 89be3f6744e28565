import type { TFunction } from "i18next"
import { day, money, percent } from "@/lib/format"
import type { ConflictField } from "@/ui/Conflict"
import { isBlank, type LineValues, netOf, type OrderValues } from "./orderForm"

type Line = Omit<LineValues, "key"> & { net: string }

type Says = { name: string; of: (values: OrderValues) => unknown }

const SAYS: Says[] = [
  { name: "contact", of: ({ contact }) => contact?.name },
  { name: "reference", of: ({ reference }) => reference },
  { name: "lines", of: comparable },
  { name: "currency", of: ({ currency }) => currency },
  { name: "due_on", of: ({ due_on }) => due_on },
  { name: "notes", of: ({ notes }) => notes },
  { name: "tags", of: ({ tags }) => [...tags].sort() },
]

export function saysTheSame(a: OrderValues, b: OrderValues): boolean {
  return SAYS.every(({ of }) => same(of(a), of(b)))
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

type Versions = { mine: OrderValues; theirs: OrderValues; base: OrderValues | null }

/** What two people have said of an order. `base` is what both began with, where it is known. */
export function conflictFields(
  { mine, theirs, base }: Versions,
  t: TFunction<"orders">,
  common: TFunction,
): ConflictField[] {
  const labels: Record<string, string> = {
    contact: t("fields.contact"),
    reference: t("fields.reference"),
    lines: t("fields.lines"),
    currency: t("fields.currency"),
    due_on: t("fields.due"),
    notes: common("fields.notes"),
    tags: common("fields.tags"),
  }
  const shows: Record<string, ConflictField["show"]> = {
    lines: showLines,
    due_on: (value: string) => day(value),
    tags: (tags: string[]) => tags.join(", "),
  }
  return SAYS.map(({ name, of }) => ({
    name,
    label: labels[name] ?? name,
    yours: of(mine),
    theirs: of(theirs),
    untouched: base !== null && same(of(mine), of(base)),
    ...(shows[name] ? { show: shows[name] } : {}),
  }))
}

/** Mine, but for the fields where the other's version was chosen. */
export function settled(mine: OrderValues, theirs: OrderValues, chosen: Set<string>): OrderValues {
  const picked = Object.fromEntries(Object.entries(theirs).filter(([name]) => chosen.has(name)))
  return { ...mine, ...picked }
}

function comparable({ lines, currency }: OrderValues): Line[] {
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
