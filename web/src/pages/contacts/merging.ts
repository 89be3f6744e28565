import type { ContactInput } from "@/api/generated/schema"
import { CONTACT_FIELDS, type ContactFieldName } from "./contactFields"
import { addressText } from "./contactForm"

type Choice = "mine" | "other" | "both"
export type Choices = Partial<Record<ContactFieldName, Choice>>

/** The fields that can keep both values. */
export const LISTS: ContactFieldName[] = ["emails", "phones", "addresses", "tags", "notes"]

/** The choices that the server would make by itself: own fields, empty ones from the other, lists united. */
export function proposed(mine: ContactInput, other: ContactInput): Choices {
  const choices: Choices = {}
  for (const name of CONTACT_FIELDS) {
    if (isEmpty(other[name])) choices[name] = "mine"
    else if (isEmpty(mine[name])) choices[name] = "other"
    else choices[name] = LISTS.includes(name) ? "both" : "mine"
  }
  // Who wanted no mail, still wants none.
  if (other.mail_opt_out) choices.mail_opt_out = "other"
  return choices
}

export function merged(mine: ContactInput, other: ContactInput, choices: Choices): ContactInput {
  const result: ContactInput = { ...mine }
  for (const name of CONTACT_FIELDS)
    if (choices[name] === "other") Object.assign(result, { [name]: other[name] })
  if (choices.emails === "both")
    result.emails = united(mine.emails, other.emails, ({ address }) => address.toLowerCase())
  if (choices.phones === "both")
    result.phones = united(mine.phones, other.phones, ({ number }) => number.replace(/[\s.]/g, ""))
  if (choices.addresses === "both")
    result.addresses = united(mine.addresses, other.addresses, (address) =>
      addressText(address).toLowerCase(),
    )
  if (choices.tags === "both") result.tags = united(mine.tags, other.tags, (tag) => tag.toLowerCase())
  if (choices.notes === "both") result.notes = [mine.notes, other.notes].filter(Boolean).join("\n\n")
  return result
}

function united<T>(mine: T[] = [], other: T[] = [], key: (item: T) => string): T[] {
  const known = new Set(mine.map(key))
  return [...mine, ...other.filter((item) => !known.has(key(item)))]
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === "" ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  )
}
