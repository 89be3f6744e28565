import type { Settings, SettingsInput } from "@/api/generated/schema"

export const COMPANY = [
  "name",
  "legal_form",
  "share_capital",
  "siren",
  "siret",
  "vat_number",
  "registration_court",
  "email",
  "phone",
  "website",
  "iban",
  "bic",
] as const
export const ADDRESS = ["street", "postal_code", "city", "country"] as const

/** The names of the settings that are plain texts about the company. */
export type TextName = (typeof COMPANY)[number] | (typeof ADDRESS)[number]

/** The settings as the form holds them. */
export type Values = Record<TextName, string> & {
  number_format: string
  next: number | string
  terms: number | string
  currency: string
  default_vat_rate: string
  attachments: boolean
  vat_rates: { name: string; rate: string }[]
}

export function valuesOf(settings: Settings): Values {
  const { company } = settings
  const texts = [
    ...COMPANY.map((name) => [name, company[name] ?? ""]),
    ...ADDRESS.map((name) => [name, company.address?.[name] ?? ""]),
  ]
  return {
    ...(Object.fromEntries(texts) as Record<TextName, string>),
    number_format: settings.order_number.format,
    next: "",
    terms: settings.payment_terms_days ?? "",
    currency: settings.default_currency,
    default_vat_rate: settings.default_vat_rate ?? "",
    attachments: settings.mail_attachments,
    vat_rates: settings.vat_rates.map(({ name, rate }) => ({ name, rate })),
  }
}

export function inputOf(values: Values): SettingsInput {
  const textOrNull = (name: TextName) => [name, values[name].trim() || null]
  return {
    company: {
      ...Object.fromEntries(COMPANY.map(textOrNull)),
      address: { label: null, region: null, ...Object.fromEntries(ADDRESS.map(textOrNull)) },
    },
    default_currency: values.currency.trim().toUpperCase(),
    default_vat_rate: values.default_vat_rate.trim().replace(",", ".") || null,
    mail_attachments: values.attachments,
    order_number: { format: values.number_format, next: values.next === "" ? null : Number(values.next) },
    payment_terms_days: values.terms === "" ? null : Number(values.terms),
    vat_rates: values.vat_rates.map(({ name, rate }) => ({ name, rate: rate.trim().replace(",", ".") })),
  }
}
