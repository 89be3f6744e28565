import type { TFunction } from "i18next"
import { day, money, percent } from "@/lib/format"
import type { ConflictField } from "@/ui/Conflict"
import { isBlank, type LineValues, netOf, type OrderValues } from "./orderForm"

type Line = Omit<LineValues, "key"> & { net: string }

/** What two people may have said differently of an order. */
export function conflictFields(
  mine: OrderValues,
  theirs: OrderValues,
  t: TFunction<"orders">,
  common: TFunction,
): ConflictField[] {
  const field = (
    name: string,
    label: string,
    of: (values: OrderValues) => unknown,
    show?: ConflictField["show"],
  ) => ({
    name,
    label,
    yours: of(mine),
    theirs: of(theirs),
    ...(show ? { show } : {}),
  })
  return [
    field("contact", t("fields.contact"), ({ contact }) => contact?.name),
    field("reference", t("fields.reference"), ({ reference }) => reference),
    field("lines", t("fields.lines"), comparable, showLines),
    field("currency", t("fields.currency"), ({ currency }) => currency),
    field(
      "due_on",
      t("fields.due"),
      ({ due_on }) => due_on,
      (value: string) => day(value),
    ),
    field("notes", common("fields.notes"), ({ notes }) => notes),
    field(
      "tags",
      common("fields.tags"),
      ({ tags }) => [...tags].sort(),
      (tags: string[]) => tags.join(", "),
    ),
  ]
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
