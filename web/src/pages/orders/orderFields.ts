import type { OrderInput } from "@/api/generated/schema"
import { day, moment } from "@/lib/format"
import type { Word } from "@/lib/useWord"

/** What the form holds for a field of each kind. Texts and days are empty where nothing is said. */
export type ValueOfKind = {
  text: string
  day: string
  moment: string
  notes: string
  tags: string[]
  contact: { id: string; name: string } | null
  currency: string
  lines: LineValues[]
  placed_as: "draft" | "confirmed" | "fulfilled"
}

/** A line as it is typed: every number is still a text. `discount` is a sum, or a share with `%` after it. */
export type LineValues = {
  key: string
  sku: string
  description: string
  quantity: string
  price: string
  discount: string
  rate: string
}

export type OrderField = {
  kind: keyof ValueOfKind
  label: Word
  /** Where the form has its control. An edit keeps what has none; contact, currency and lines have controls of their own. */
  form?: "head" | "side" | "foot"
  placeholder?: Word
  /** Its column in the list of orders, as a CSS grid track. */
  column?: string
  /** On the order's page: always, or where it is known. */
  fact?: "always" | "known"
  /** Whether the former revisions of an order are compared by it. */
  revised?: true
  /** Whether a duplicate of an order begins with it. */
  duplicated?: true
  /** What its column is called in files of other systems, in plain letters, for the import's proposal. */
  fileColumns?: string[]
}

/**
 * Every field of an order that can be said, in the order in which people read them. The form, the conflict of two edits, the list,
 * the order's page, its revisions and the import are made from this; the compiler asks for each field that the API takes.
 */
const ORDER_FIELDS = {
  contact_id: {
    kind: "contact",
    label: "orders:fields.contact",
    revised: true,
    duplicated: true,
    fileColumns: ["customerid", "contactid", "client", "clientid", "codeclient", "customer"],
  },
  ordered_at: {
    kind: "moment",
    label: "orders:fields.ordered",
    column: "150px",
    fact: "always",
    fileColumns: ["orderdate", "date", "datecommande", "orderedon"],
  },
  reference: {
    kind: "text",
    label: "orders:fields.reference",
    form: "head",
    placeholder: "orders:form.reference_hint",
    column: "minmax(0, 1fr)",
    fact: "known",
    revised: true,
    fileColumns: [],
  },
  due_on: {
    kind: "day",
    label: "orders:fields.due",
    form: "side",
    column: "110px",
    fact: "always",
    revised: true,
    fileColumns: ["duedate", "echeance", "dateecheance"],
  },
  delivery_date: {
    kind: "day",
    label: "orders:fields.delivery",
    form: "side",
    column: "110px",
    fact: "known",
    revised: true,
    fileColumns: ["deliverydate", "requireddate", "livraison", "datelivraison"],
  },
  lines: { kind: "lines", label: "orders:fields.lines", duplicated: true },
  currency: {
    kind: "currency",
    label: "orders:fields.currency",
    duplicated: true,
    fileColumns: ["devise"],
  },
  external_id: { kind: "text", label: "orders:fields.external_id", fact: "known", fileColumns: [] },
  notes: { kind: "notes", label: "common:fields.notes", form: "foot", fileColumns: [] },
  tags: { kind: "tags", label: "common:fields.tags", form: "foot", duplicated: true, fileColumns: [] },
  place_as: { kind: "placed_as", label: "orders:form.place_as", fileColumns: ["status", "etat", "statut"] },
} as const satisfies Record<keyof OrderInput, OrderField>

export type OrderFieldName = keyof typeof ORDER_FIELDS
type KindOf<K extends OrderFieldName> = (typeof ORDER_FIELDS)[K]["kind"]

/** An order as the form holds it. `contact_id` has the name too, to be shown. */
export type OrderValues = { [K in OrderFieldName]: ValueOfKind[KindOf<K>] }

/** The kinds whose value is a text or a list of texts in the API too. */
type PlainKind = "text" | "day" | "moment" | "notes" | "tags"
export type PlainField = { [K in OrderFieldName]: KindOf<K> extends PlainKind ? K : never }[OrderFieldName]

const PLAIN: string[] = ["text", "day", "moment", "notes", "tags"] satisfies PlainKind[]

/** All fields with their names. */
export const FIELDS = Object.entries(ORDER_FIELDS) as [OrderFieldName, OrderField][]

/** The fields without a control, a rule or a conversion of their own. */
export const PLAIN_FIELDS = FIELDS.filter(([, { kind }]) => PLAIN.includes(kind)) as [
  PlainField,
  OrderField,
][]

/** A value of a plain field, as people read it; empty where nothing is said. */
export function plainText(kind: OrderField["kind"], value: string | string[] | null | undefined): string {
  if (!value) return ""
  if (Array.isArray(value)) return value.join(", ")
  if (kind === "day") return day(value)
  return kind === "moment" ? moment(value) : value
}
