/**
 * What a search has found, as far as it may be chosen. Until the answer to what is typed now has come, that is only what fits it:
 * Enter must not choose what was found for less.
 */
export function matching<T>(found: T[], typed: string, fresh: boolean, texts: (one: T) => string[]): T[] {
  if (fresh) return found
  const wanted = typed.trim().toLowerCase()
  return found.filter((one) => texts(one).some((text) => text.toLowerCase().includes(wanted)))
}
