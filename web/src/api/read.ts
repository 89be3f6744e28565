import { keepPreviousData, queryOptions, useInfiniteQuery } from "@tanstack/react-query"
import { useMemo } from "react"
import { api, data } from "./client"
import type { paths } from "./generated/schema"
import { queries } from "./queries"

/** An address of the API that can be read, as `openapi.json` writes it: `/api/v1/orders/{id}`. */
export type GetPath = { [P in keyof paths]: paths[P] extends { get: unknown } ? P : never }[keyof paths]

type Operation<P extends GetPath> = paths[P] extends { get: infer O } ? O : never
type Present<T> = { [K in keyof T as [Exclude<T[K], undefined>] extends [never] ? never : K]: T[K] }

/** What a read takes: `path` and `query`, where the address has them. */
export type ReadParams<P extends GetPath> =
  Operation<P> extends { parameters: infer X } ? Present<Pick<X, keyof X & ("path" | "query")>> : never

/** The query parameters of a list. */
export type QueryOf<P extends GetPath> =
  ReadParams<P> extends { query?: infer Q } ? NonNullable<Q> : Record<never, never>

/** The body of the answer. */
export type AnswerOf<P extends GetPath> =
  Operation<P> extends { responses: { 200: { content: { "application/json": infer T } } } } ? T : never

type ListPath = { [P in GetPath]: AnswerOf<P> extends { items: unknown[] } ? P : never }[GetPath]
type ItemOf<P extends ListPath> = AnswerOf<P> extends { items: (infer T)[] } ? T : never

/** The key of all reads of an address, or of one with its parameters: `[resource, address, parameters]`. */
function keyOf<P extends GetPath>(path: P, params?: ReadParams<P>): readonly unknown[] {
  const resource = path.split("/")[3]
  return params === undefined ? [resource, path] : [resource, path, params]
}

/**
 * The query that reads an address of the API: its key and its function. `useQuery(read("/api/v1/orders/{id}", { path: { id } }))`;
 * options of one screen (`refetchInterval`, `staleTime`) are spread beside it.
 */
export function read<P extends GetPath>(path: P, params: ReadParams<P>) {
  return queryOptions({
    queryKey: keyOf(path, params),
    queryFn: ({ signal }) =>
      data(api.GET(path as never, { params, signal } as never)) as Promise<AnswerOf<P>>,
  })
}

/** Marks as old all that was read of a resource (`orders`), or only of one address. What is on screen is read again. */
export async function invalidate(...what: (Resource | GetPath)[]): Promise<void> {
  const keys = what.map((name) => (name.startsWith("/") ? keyOf(name as GetPath) : [name]))
  await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })))
}

/** Puts an answer of the server into the cache, as if it had just been read. */
export function store<P extends GetPath>(path: P, params: ReadParams<P>, answer: AnswerOf<P>): void {
  queries.setQueryData(keyOf(path, params), answer)
}

/** The first part of an address below `/api/v1/`. */
type Resource = GetPath extends `/api/v1/${infer R}`
  ? R extends `${infer First}/${string}`
    ? First
    : R
  : never

const PAGE_SIZE = 100

/** A list that is read page by page as somebody scrolls. */
export type List<T> =
  ReturnType<typeof useList<never>> extends infer L ? Omit<L, "rows"> & { rows: T[] } : never

/**
 * Reads a list page by page. While other filters are being read, the former rows stay.
 * `refetchInterval` says in how many milliseconds to read again, for as long as something in the rows is under way.
 */
export function useList<P extends ListPath>(
  path: P,
  params: ReadParams<P>,
  refetchInterval?: (rows: ItemOf<P>[]) => number | false,
) {
  const query = useInfiniteQuery({
    queryKey: [...keyOf(path, params), "pages"],
    queryFn: ({ pageParam, signal }) => {
      const given = params as { path?: unknown; query?: object }
      const query = { limit: PAGE_SIZE, ...given.query, ...(pageParam ? { cursor: pageParam } : {}) }
      const page = data(api.GET(path as never, { params: { ...given, query }, signal } as never))
      return page as Promise<{ items: ItemOf<P>[]; next_cursor?: string | null }>
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      refetchInterval?.(state.data?.pages.flatMap((page) => page.items) ?? []) ?? false,
  })
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  return {
    rows,
    loading: query.isPending,
    error: query.error,
    retry: () => void query.refetch(),
    hasMore: hasNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
  }
}
