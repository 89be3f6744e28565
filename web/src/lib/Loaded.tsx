import type { UseQueryResult } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { Failed, LoadingRows } from "@/ui/States"
import { useErrorText } from "./errors"

/** Shows what a query has read, or that it is loading, or why it failed. */
export function Loaded<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>
  children: (data: T) => ReactNode
}) {
  const failed = useErrorText(query.error)
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <Failed {...failed} retry={() => void query.refetch()} />
  return <LoadingRows />
}
