import { useMemo } from "react"
import { useSearchParams } from "react-router"

/**
 * The filters of a list, kept in the address so that they can be sent, bookmarked and gone back to. An empty text takes the
 * filter away. Only the names given are read; several values of one stand with commas between them.
 */
export function useFilters<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  const filters = useMemo(() => {
    const params = new URLSearchParams(text)
    return Object.fromEntries(
      names.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])),
    ) as Partial<Record<Name, string>>
  }, [text, names])
  const set = (changed: Partial<Record<Name, string | null>>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        for (const [name, value] of Object.entries<string | null | undefined>(changed)) {
          if (value) after.set(name, value)
          else after.delete(name)
        }
        return after
      },
      // At once: the router would draw it when there is time, and somebody is typing.
      { replace: true, flushSync: true },
    )
  const clear = () => setParams({}, { replace: true })
  return { filters, set, clear, any: Object.keys(filters).length > 0 }
}
