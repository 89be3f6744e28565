import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query"
import { useMemo } from "react"

type Page<T> = { items: T[]; next_cursor?: string | null }

/**
 * A list that is read page by page as somebody scrolls. `key` is `[resource, "list", filters]`; `read` gets the cursor of the page.
 * While other filters are being read, the rows of before stay.
 */
export function useList<T>(
  key: readonly unknown[],
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
  /** Milliseconds until it is read again, for what comes without an event. */
  again?: number,
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: again ?? false,
  })
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  return {
    rows,
    loading: query.isPending,
    error: query.error,
    retry: () => void query.refetch(),
    more: hasNextPage,
    readMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
  }
}
