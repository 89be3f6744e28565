import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import type { ContactInput } from "@/api/generated/schema"
import { addressText } from "./contactForm"

export type ContactFieldName = keyof ContactInput

/** Every field of a contact that the API takes, in the order in which people read them, and its value as a text. */
export const CONTACT_FIELDS = [
  "name",
  "kind",
  "contact_name",
  "emails",
  "phones",
  "addresses",
  "siren",
  "siret",
  "vat_number",
  "external_id",
  "language",
  "mail_opt_out",
  "tags",
  "notes",
] as const satisfies readonly ContactFieldName[]

/** The labels of a contact's fields, and their values as texts that can be compared. */
export function useContactFields() {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  return {
    label: (name: (typeof CONTACT_FIELDS)[number]) => t(`fields.${name}`),
    show: (input: ContactInput, name: (typeof CONTACT_FIELDS)[number]) => text(input, name, t, common),
  }
}

function text(
  input: ContactInput,
  name: (typeof CONTACT_FIELDS)[number],
  t: TFunction<"contacts">,
  common: TFunction,
): string {
  switch (name) {
    case "kind":
      return t(`kinds.${input.kind ?? "organisation"}`)
    case "emails":
      return (input.emails ?? []).map(({ address, label }) => labelled(address, label)).join("\n")
    case "phones":
      return (input.phones ?? []).map(({ number, label }) => labelled(number, label)).join("\n")
    case "addresses":
      return (input.addresses ?? [])
        .map((address) => labelled(addressText(address), address.label))
        .join("\n")
    case "language":
      return common(`languages.${input.language ?? "fr"}`)
    case "mail_opt_out":
      return t(input.mail_opt_out ? "mail.none" : "mail.wanted")
    case "tags":
      return (input.tags ?? []).join(", ")
    default:
      return input[name] ?? ""
  }
}

function labelled(text: string, label: string | null | undefined): string {
  return label ? `${text} (${label})` : text
}
