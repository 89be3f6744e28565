import type { UseQueryResult } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { Failed, LoadingRows } from "@/ui/States"
import { useErrorText } from "./errors"

/** What was read, or that it is being read, or why it cannot be. */
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
