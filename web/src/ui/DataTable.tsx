import { Box } from "@mantine/core"
import { useVirtualizer } from "@tanstack/react-virtual"
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef } from "react"
import { useTranslation } from "react-i18next"
import classes from "./DataTable.module.css"
import { LoadingRows } from "./States"

export type Column<T> = {
  key: string
  header: ReactNode
  cell: (row: T) => ReactNode
  /** A CSS grid track: `1fr`, `120px`. */
  width?: string
  /** The grid track on a phone, if it is another one there. */
  phoneWidth?: string
  /** Whether it is aligned right, as amounts and counts are. */
  alignRight?: boolean
  /** Whether a phone leaves it out. */
  hideOnPhone?: boolean
}

type Props<T> = {
  /** What the table lists, for those who cannot see it. */
  label: string
  columns: Column<T>[]
  rows: T[]
  rowKey: (row: T) => string
  /** Opens a row, by click or Enter. A cell should hold a link to the same place. */
  onOpen?: (row: T) => void
  loading?: boolean
  /** Whether there are more rows than were read. */
  hasMore?: boolean
  loadMore?: () => void
  /** What is shown instead of rows, where there are none. */
  empty: ReactNode
  /** The height in CSS; by default what is left of the window. */
  height?: string
  rowHeight?: number
}

/** A table for any number of rows: only those in sight are in the page. ↑ ↓ j k move, Enter opens. */
export function DataTable<T>(props: Props<T>) {
  const { columns, rows, rowKey, onOpen, hasMore = false, loadMore, rowHeight = 40 } = props
  const { t } = useTranslation()
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    getItemKey: (at) => rowKey(rows[at] as T),
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= rows.length - 40) loadMore?.()
  }, [hasMore, last, rows.length, loadMore])

  if (props.loading)
    return (
      <Box className={classes.table}>
        <LoadingRows />
      </Box>
    )
  if (rows.length === 0) return <Box className={classes.table}>{props.empty}</Box>

  const move = (event: KeyboardEvent<HTMLDivElement>, at: number) => {
    if (event.target !== event.currentTarget) return
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key]
    if (event.key === "Enter") onOpen?.(rows[at] as T)
    if (step === undefined) return
    event.preventDefault()
    const to = Math.max(0, Math.min(rows.length - 1, at + step))
    virtual.scrollToIndex(to)
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-at="${to}"]`)?.focus())
  }
  const track = (column: Column<T>) => column.width ?? "minmax(0, 1fr)"
  const variables = {
    "--table-columns": columns.map(track).join(" "),
    "--table-columns-phone": columns
      .filter((column) => !column.hideOnPhone)
      .map((column) => column.phoneWidth ?? track(column))
      .join(" "),
    "--table-height": props.height ?? "calc(100dvh - 230px)",
  }
  const style = (column: Column<T>) =>
    `${classes.cell} ${column.alignRight ? classes.right : ""} ${column.hideOnPhone ? classes.wide : ""}`
  return (
    <Box className={classes.table} __vars={variables}>
      <div
        className={classes.scroll}
        ref={scroll}
        role="table"
        aria-label={props.label}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
      >
        <div role="rowgroup">
          <div role="row" className={classes.head} aria-rowindex={1} tabIndex={-1}>
            {columns.map((column) => (
              <div key={column.key} role="columnheader" className={style(column)} tabIndex={-1}>
                {column.header}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index] as T
            return (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                data-at={item.index}
                tabIndex={item.index === 0 ? 0 : -1}
                className={`${classes.line} ${onOpen ? classes.open : ""}`}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                onKeyDown={(event) => move(event, item.index)}
                onClick={(event) => onOpen && !isControl(event) && onOpen(row)}
              >
                {columns.map((column) => (
                  <div key={column.key} role="cell" className={style(column)}>
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
      <div className={classes.foot} aria-live="polite">
        {t("rows_loaded", { count: rows.length })}
        {hasMore ? " +" : ""}
      </div>
    </Box>
  )
}

/** Whether a click hit a control inside a row, which does its own thing. */
function isControl(event: MouseEvent): boolean {
  return event.target instanceof Element && event.target.closest("a, button, input, label") !== null
}
