import { Button } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import type { List } from "@/api/read"
import { useErrorText } from "@/lib/errors"
import { type Column, DataTable } from "@/ui/DataTable"
import { Empty, Failed } from "@/ui/States"

type Props<T> = {
  /** What the table lists, for those who cannot see it. */
  label: string
  list: List<T>
  columns: Column<T>[]
  /** Opens a row: by click, or by Enter. */
  onOpen?: (row: T) => void
  /** What to say where there is nothing at all. */
  empty: { title: string; hint?: string; icon?: ReactNode; action?: ReactNode }
  /** With them, an empty list that is filtered says so, and offers to clear the filters. */
  filters?: { filtering: boolean; clear: () => void }
  /** CSS; by default what is left of the window. */
  height?: string
}

/** A list of the API as a table, in each of its states: loading, failed, empty, nothing left by the filters, rows, more rows. */
export function ListTable<T extends { id: string }>(props: Props<T>) {
  const { list, filters } = props
  const { t } = useTranslation()
  const failed = useErrorText(list.error)
  if (list.error && list.rows.length === 0) return <Failed {...failed} retry={list.retry} />
  const empty = filters?.filtering ? (
    <Empty
      title={t("empty.filtered")}
      hint={t("empty.filtered_hint")}
      action={
        <Button variant="default" onClick={filters.clear}>
          {t("empty.clear")}
        </Button>
      }
    />
  ) : (
    <Empty {...props.empty} />
  )
  return (
    <DataTable
      label={props.label}
      columns={props.columns}
      rows={list.rows}
      rowKey={(row) => row.id}
      loading={list.loading}
      hasMore={list.hasMore}
      loadMore={list.loadMore}
      empty={empty}
      {...(props.onOpen ? { onOpen: props.onOpen } : {})}
      {...(props.height ? { height: props.height } : {})}
    />
  )
}
