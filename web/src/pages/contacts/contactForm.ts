import type { Address, Contact, ContactInput } from "@/api/generated/schema"

/** A contact as a form holds it: texts instead of nulls, and each row with a key of its own. */
export type ContactValues = {
  kind: "person" | "organisation"
  name: string
  contact_name: string
  emails: { key: string; label: string; address: string }[]
  phones: { key: string; label: string; number: string }[]
  addresses: ({ key: string } & Record<AddressPart, string>)[]
  siren: string
  siret: string
  vat_number: string
  external_id: string
  language: "fr" | "en"
  mail_opt_out: boolean
  tags: string[]
  notes: string
}

export const ADDRESS_PARTS = ["label", "street", "postal_code", "city", "region", "country"] as const
type AddressPart = (typeof ADDRESS_PARTS)[number]

const key = () => crypto.randomUUID()
export const blankEmail = () => ({ key: key(), label: "", address: "" })
export const blankPhone = () => ({ key: key(), label: "", number: "" })
export const blankAddress = () => ({
  key: key(),
  label: "",
  street: "",
  postal_code: "",
  city: "",
  region: "",
  country: "",
})

export function blankValues(language: "fr" | "en"): ContactValues {
  return {
    kind: "organisation",
    name: "",
    contact_name: "",
    emails: [blankEmail()],
    phones: [blankPhone()],
    addresses: [blankAddress()],
    siren: "",
    siret: "",
    vat_number: "",
    external_id: "",
    language,
    mail_opt_out: false,
    tags: [],
    notes: "",
  }
}

export function contactValues(contact: Contact): ContactValues {
  return {
    kind: contact.kind,
    name: contact.name,
    contact_name: contact.contact_name ?? "",
    emails: contact.emails.map(({ address, label }) => ({ key: key(), label: label ?? "", address })),
    phones: contact.phones.map(({ number, label }) => ({ key: key(), label: label ?? "", number })),
    addresses: contact.addresses.map((address) => {
      const values = blankAddress()
      for (const part of ADDRESS_PARTS) values[part] = address[part] ?? ""
      return values
    }),
    siren: contact.siren ?? "",
    siret: contact.siret ?? "",
    vat_number: contact.vat_number ?? "",
    external_id: contact.external_id ?? "",
    language: contact.language,
    mail_opt_out: contact.mail_opt_out ?? false,
    tags: contact.tags,
    notes: contact.notes ?? "",
  }
}

const none = (text: string) => text.trim() || null

/** The form as the API takes it, empty rows left out. */
export function contactInput(values: ContactValues): Required<ContactInput> {
  return {
    kind: values.kind,
    name: values.name.trim(),
    contact_name: none(values.contact_name),
    emails: values.emails.filter(hasEmail).map(({ address, label }) => ({ address, label: none(label) })),
    phones: values.phones.filter(hasPhone).map(({ number, label }) => ({ number, label: none(label) })),
    addresses: values.addresses
      .filter(hasAddress)
      .map(
        (address) => Object.fromEntries(ADDRESS_PARTS.map((part) => [part, none(address[part])])) as Address,
      ),
    siren: none(values.siren),
    siret: none(values.siret),
    vat_number: none(values.vat_number),
    external_id: none(values.external_id),
    language: values.language,
    mail_opt_out: values.mail_opt_out,
    tags: values.tags,
    notes: none(values.notes),
  }
}

const hasEmail = (email: ContactValues["emails"][number]) => email.address.trim() !== ""
const hasPhone = (phone: ContactValues["phones"][number]) => phone.number.trim() !== ""
const hasAddress = (address: ContactValues["addresses"][number]) =>
  ADDRESS_PARTS.some((part) => address[part].trim() !== "")

/** The server's field errors by the form's rows. The server counts the rows that it got: `emails.0.address` may be the form's `emails.1.address`. */
export function formErrors(values: ContactValues, errors: Record<string, string>): Record<string, string> {
  const kept: Record<string, number[]> = {
    emails: values.emails.flatMap((email, at) => (hasEmail(email) ? [at] : [])),
    phones: values.phones.flatMap((phone, at) => (hasPhone(phone) ? [at] : [])),
    addresses: values.addresses.flatMap((address, at) => (hasAddress(address) ? [at] : [])),
  }
  return Object.fromEntries(
    Object.entries(errors).map(([field, message]) => {
      const [list = "", at = "", ...rest] = field.split(".")
      const place = kept[list]?.[Number(at)]
      return [place === undefined ? field : [list, place, ...rest].join("."), message]
    }),
  )
}

export function addressText(address: Address): string {
  const town = [address.postal_code, address.city].filter(Boolean).join(" ")
  return [address.street, town, address.region, address.country].filter(Boolean).join(", ")
}
