import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import type { ContactInput } from "@/api/generated/schema"
import { addressText } from "./contactForm"

export type ContactFieldName = keyof ContactInput
type Translate = { t: TFunction<"contacts">; common: TFunction }

/** Every field of a contact that the API takes, in the order in which people read them, and its value as a text. */
const TEXTS = {
  name: (input) => input.name,
  kind: (input, { t }) => t(`kinds.${input.kind ?? "organisation"}`),
  contact_name: (input) => input.contact_name ?? "",
  emails: (input) => (input.emails ?? []).map(({ address, label }) => labelled(address, label)).join("\n"),
  phones: (input) => (input.phones ?? []).map(({ number, label }) => labelled(number, label)).join("\n"),
  addresses: (input) =>
    (input.addresses ?? []).map((address) => labelled(addressText(address), address.label)).join("\n"),
  siren: (input) => input.siren ?? "",
  siret: (input) => input.siret ?? "",
  vat_number: (input) => input.vat_number ?? "",
  external_id: (input) => input.external_id ?? "",
  language: (input, { common }) => common(`languages.${input.language ?? "fr"}`),
  mail_opt_out: (input, { t }) => t(input.mail_opt_out ? "mail.none" : "mail.wanted"),
  tags: (input) => (input.tags ?? []).join(", "),
  notes: (input) => input.notes ?? "",
} satisfies Record<ContactFieldName, (input: ContactInput, translate: Translate) => string>

export const CONTACT_FIELDS = Object.keys(TEXTS) as ContactFieldName[]

/** The labels of a contact's fields, and their values as texts that can be compared. */
export function useContactFields() {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const texts: Record<ContactFieldName, (input: ContactInput, translate: Translate) => string> = TEXTS
  return {
    label: (name: ContactFieldName) => t(`fields.${name}`),
    show: (input: ContactInput, name: ContactFieldName) => texts[name](input, { t, common }),
  }
}

function labelled(text: string, label: string | null | undefined): string {
  return label ? `${text} (${label})` : text
}
