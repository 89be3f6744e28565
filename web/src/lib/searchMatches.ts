/**
 * The results of a search that may be chosen. Until the answer to the text typed now has come, only those that match it:
 * Enter must not choose a result of a shorter text.
 */
export function matching<T>(found: T[], typed: string, fresh: boolean, texts: (one: T) => string[]): T[] {
  if (fresh) return found
  const wanted = typed.trim().toLowerCase()
  return found.filter((one) => texts(one).some((text) => text.toLowerCase().includes(wanted)))
}
