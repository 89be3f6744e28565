import { useTranslation } from "react-i18next"
import type { ImportKind } from "@/api/generated/schema"
import { useWord } from "@/lib/useWord"
import type { words } from "@/lib/words/en"
import { FIELDS, type OrderField, type OrderFieldName } from "../orders/orderFields"

export const CONTACT_COLUMNS = [
  "external_id",
  "name",
  "contact_name",
  "email",
  "phone",
  "street",
  "postal_code",
  "city",
  "region",
  "country",
  "vat_number",
  "siren",
  "siret",
  "tags",
  "kind",
  "language",
  "mail_opt_out",
  "notes",
] as const

type OrderColumn = "contact" | "state" | Exclude<OrderFieldName, "contact_id" | "place_as" | "lines">

/** The fields of an order that an import knows by another name. */
const COLUMN_OF: Partial<Record<OrderFieldName, OrderColumn>> = { contact_id: "contact", place_as: "state" }

/** The columns of an order, and the field that each fills. */
const ORDER_COLUMN_FIELDS = Object.fromEntries(
  FIELDS.filter(([, { fileColumns }]) => fileColumns).map(([name, field]) => [
    COLUMN_OF[name] ?? name,
    field,
  ]),
) as Record<OrderColumn, OrderField>

/** The columns of an order. Those that identify it come first: a header that may be several things is more likely one of them. */
export const ORDER_COLUMNS = [
  ...new Set(["external_id", "contact", ...Object.keys(ORDER_COLUMN_FIELDS)]),
] as OrderColumn[]

export const LINE_COLUMNS = ["description", "sku", "quantity", "unit_price", "discount", "vat_rate"] as const

export type ImportColumn = (typeof CONTACT_COLUMNS)[number] | OrderColumn | (typeof LINE_COLUMNS)[number]

/** The columns without which the server refuses a file. */
export const REQUIRED: Record<ImportKind | "lines", ImportColumn[]> = {
  contacts: ["external_id", "name"],
  orders: ["external_id", "contact"],
  lines: ["description", "quantity", "unit_price"],
}

/** The column of the file for each field; null where none holds it. */
export type Columns = Partial<Record<ImportColumn, string | null>>

export type Options = {
  kind: "organisation" | "person"
  language: "fr" | "en"
  decimal: "." | ","
  date_format: string
  currency: string
  vat_rate: string
  place_as: "draft" | "confirmed" | "fulfilled"
  discount_as: "marked" | "percent" | "fraction" | "amount"
  join: string | null
}

export type Mapping = {
  delimiter: string
  columns: Columns
  lines: Columns
  options: Options
}

/** The mapping as TOML, as `comptoir import --map` takes it: see examples/northwind.toml. */
export function toml(kind: ImportKind, { delimiter, columns, lines, options }: Mapping): string {
  if (kind === "contacts")
    return [
      "[contacts]",
      entry("delimiter", delimiter),
      "[contacts.columns]",
      ...table(columns),
      "[contacts.defaults]",
      entry("kind", options.kind),
      entry("language", options.language),
      "",
    ].join("\n")
  const formats = options.date_format ? [`date_formats = [${JSON.stringify(options.date_format)}]`] : []
  return [
    "[orders]",
    entry("delimiter", delimiter),
    entry("decimal", options.decimal),
    entry("place_as", options.place_as),
    ...(options.currency ? [entry("currency", options.currency)] : []),
    ...(options.vat_rate ? [entry("vat_rate", options.vat_rate)] : []),
    ...formats,
    "[orders.columns]",
    ...table(columns),
    "[orders.lines]",
    ...(options.join ? [entry("join", options.join)] : []),
    ...(lines.discount ? [entry("discount_as", options.discount_as)] : []),
    "[orders.lines.columns]",
    ...table(lines),
    "",
  ].join("\n")
}

/** A TOML entry. A basic string takes all the escapes that JSON writes. */
function entry(name: string, value: string): string {
  return `${name} = ${JSON.stringify(value)}`
}

function table(columns: Columns): string[] {
  return Object.entries(columns).flatMap(([field, column]) => (column ? [entry(field, column)] : []))
}

/** What columns of contacts and lines are called elsewhere, in plain letters; orders: `fileColumns` of their fields. */
const NAMES: Partial<Record<ImportColumn, string[]>> = {
  external_id: [
    "id",
    "customerid",
    "clientid",
    "contactid",
    "orderid",
    "numero",
    "number",
    "code",
    "reference",
    "codeclient",
    "numeroclient",
    "ordernumber",
    "commande",
  ],
  name: ["nom", "companyname", "company", "societe", "raisonsociale", "fullname", "customername"],
  contact_name: ["contact", "interlocuteur", "contactperson"],
  email: ["mail", "courriel", "emailaddress", "adressemail"],
  phone: ["telephone", "tel", "phonenumber", "mobile"],
  street: ["address", "adresse", "rue", "address1", "adresse1"],
  postal_code: ["zip", "zipcode", "postcode", "codepostal", "cp"],
  city: ["ville", "town"],
  region: ["state", "departement"],
  country: ["pays"],
  vat_number: ["vat", "tva", "numerotva", "tvaintracommunautaire", "vatid"],
  tags: ["etiquettes", "labels", "groups"],
  kind: ["type"],
  language: ["langue", "lang"],
  notes: ["note", "comment", "comments", "remarque", "remarques", "commentaire"],
  description: ["productname", "product", "designation", "libelle", "article"],
  sku: ["productid", "productcode", "ref", "codearticle"],
  quantity: ["qty", "quantite", "qte"],
  unit_price: ["price", "prix", "prixunitaire", "pu", "puht"],
  discount: ["remise", "rabais"],
  vat_rate: ["vat", "tva", "tauxtva", "vatpercent", "taxrate"],
}

function orderNames(column: ImportColumn): readonly string[] {
  return ORDER_COLUMN_FIELDS[column as OrderColumn]?.fileColumns ?? []
}

/** The label of a column in the mapping: the one of the order's field, unless the import has a more exact one. */
export function useColumnLabel(): (column: ImportColumn) => string {
  const { t } = useTranslation("imports")
  const word = useWord()
  return (column) => {
    const field =
      column === "contact" || column === "state" ? undefined : ORDER_COLUMN_FIELDS[column as OrderColumn]
    return field ? word(field.label) : t(`columns.${column as keyof typeof words.imports.columns}`)
  }
}

/** Proposes which column of a file is which field, each column once. */
export function guessColumns(fields: readonly ImportColumn[], headers: string[]): Columns {
  const plain = headers.map((header) =>
    header
      .normalize("NFD")
      .replace(/[^\p{L}\p{N}]/gu, "")
      .toLowerCase(),
  )
  const taken = new Set<number>()
  const found: Columns = {}
  const take = (field: ImportColumn, at: number) => {
    if (at < 0 || taken.has(at) || found[field]) return
    taken.add(at)
    found[field] = headers[at] ?? null
  }
  for (const field of fields) take(field, plain.indexOf(field.replaceAll("_", "")))
  for (const field of fields)
    for (const name of NAMES[field] ?? orderNames(field)) if (!found[field]) take(field, plain.indexOf(name))
  return found
}
