import { useTranslation } from "react-i18next"
import type { words } from "./words/en"

type Words = typeof words
type Keys<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Keys<T[K]>}` }[keyof T & string]

/** The name of a text of any namespace, such as `orders:fields.due`; the compiler knows them all. */
export type Word = { [N in keyof Words & string]: `${N}:${Keys<Words[N]>}` }[keyof Words & string]

/** Translates texts whose names are data: the label that stands in a declaration, the word for a state. */
export function useWord(): (word: Word, values?: Record<string, string>) => string {
  const { t } = useTranslation()
  return (word, values) => t(word as never, values as never) as unknown as string
}

/** A text for each value, all below one name: `wordsOf("states:order", ["draft"])` → `{ draft: "states:order.draft" }`. */
export function wordsOf<const P extends string, const V extends string>(
  prefix: P,
  values: readonly V[],
): { [K in V]: `${P}.${K}` } {
  return Object.fromEntries(values.map((value) => [value, `${prefix}.${value}`])) as {
    [K in V]: `${P}.${K}`
  }
}
