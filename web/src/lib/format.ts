import { locale } from "./language"

/** Digits after the point, by ISO 4217: 2 for EUR, 0 for JPY, 3 for BHD. */
export function minorDigits(currency: string): number {
  return (
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}

/** `3402` and `EUR` → `34,02 €`. Exact for every amount that the API knows (below 10¹⁵). */
export function money(minor: number, currency: string): string {
  const digits = minorDigits(currency)
  return new Intl.NumberFormat(locale(), { style: "currency", currency }).format(asDecimal(minor, digits))
}

/** The minor units as a decimal text, which `Intl` formats without rounding. */
function asDecimal(minor: number, digits: number): Intl.StringNumericLiteral {
  const sign = minor < 0 ? "-" : ""
  const text = Math.abs(minor)
    .toString()
    .padStart(digits + 1, "0")
  const at = text.length - digits
  return `${sign}${text.slice(0, at)}${digits > 0 ? `.${text.slice(at)}` : ""}` as Intl.StringNumericLiteral
}

/** An amount as a person would type it: `3402` → `34,02`. */
export function moneyText(minor: number, currency: string): string {
  const digits = minorDigits(currency)
  const text = asDecimal(minor, digits) as string
  return locale() === "fr-FR" ? text.replace(".", ",") : text
}

/** Parses a typed amount into minor units: `1 234,50` and `1,234.50` are both 123450. Null if it is none. */
export function parseMoney(typed: string, currency: string): number | null {
  const digits = minorDigits(currency)
  const decimal = parseDecimal(typed)
  if (decimal === null) return null
  const [whole = "0", fraction = ""] = decimal.replace("-", "").split(".")
  if (fraction.length > digits) return null
  const minor = Number(whole + fraction.padEnd(digits, "0"))
  return Number.isSafeInteger(minor) ? (decimal.startsWith("-") ? -minor : minor) : null
}

/** Parses a typed number into the decimal of the API: `2,5` → `2.5`. Null if it is none. */
export function parseDecimal(typed: string): string | null {
  let text = typed.replace(/[\s  €$£']/g, "")
  // Of both signs, the last one is the point.
  if (text.includes(",") && text.includes(".")) {
    const point = text.lastIndexOf(",") > text.lastIndexOf(".") ? "," : "."
    text = text.replaceAll(point === "," ? "." : ",", "")
  }
  text = text.replace(",", ".")
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? text.replace(/^(-?)\./, "$10.").replace(/\.$/, "") : null
}

/** A decimal text of the API as people write it: `2.5` → `2,5`. */
export function decimal(text: string): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 6 }).format(
    text as Intl.StringNumericLiteral,
  )
}

export function count(value: number): string {
  return new Intl.NumberFormat(locale()).format(value)
}

export function percent(rate: string): string {
  return `${decimal(rate)} %`
}

/** A day of the API (`2026-11-22`), which has no zone. */
export function day(date: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  )
}

/** A moment in the reader's time zone. */
export function moment(timestamp: string, style: "short" | "long" = "short"): string {
  const options: Intl.DateTimeFormatOptions =
    style === "short"
      ? { dateStyle: "medium", timeStyle: "short" }
      : { dateStyle: "full", timeStyle: "medium" }
  return new Intl.DateTimeFormat(locale(), options).format(new Date(timestamp))
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
]

/** `5 minutes ago`; a date when it was more than a week ago. */
export function ago(timestamp: string, now = Date.now()): string {
  const seconds = (new Date(timestamp).getTime() - now) / 1000
  if (Math.abs(seconds) > 7 * 86_400) return moment(timestamp)
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1]
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.trunc(seconds / length), unit)
}

/** Today where the reader is, as the API writes days. */
export function today(): string {
  const now = new Date()
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`
}
