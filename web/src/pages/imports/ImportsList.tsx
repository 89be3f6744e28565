import { Anchor, Paper, Title } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { api, data } from "@/api/client"
import type { Import } from "@/api/generated/schema"
import { useList } from "@/api/useList"
import { ago, count } from "@/lib/format"
import { useWhy } from "@/lib/why"
import { type Column, DataTable } from "@/ui/DataTable"
import { Empty, Failed } from "@/ui/States"
import { isRunning } from "./ImportProgress"

/** Imports of before, those of the command line too. */
export function ImportsList({ open }: { open: (id: string) => void }) {
  const { t } = useTranslation("imports")
  const common = useTranslation().t
  const list = useList<Import>(
    ["imports", "list"],
    (cursor, signal) =>
      data(
        api.GET("/api/v1/imports", {
          params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } },
          signal,
        }),
      ),
    (rows) => (rows.some(isRunning) ? 1_000 : false),
  )
  const failed = useWhy(list.error)
  const columns: Column<Import>[] = [
    {
      key: "file",
      header: t("file"),
      width: "minmax(0, 2fr)",
      cell: (row) => (
        <Anchor component="button" type="button" size="sm" fw={500} onClick={() => open(row.id)}>
          {row.file_name}
        </Anchor>
      ),
    },
    { key: "kind", header: t("kind"), wide: true, width: "110px", cell: (row) => t(`kinds.${row.kind}`) },
    {
      key: "state",
      header: common("fields.state"),
      width: "minmax(0, 1fr)",
      cell: (row) => t(row.dry_run && row.state === "done" ? "states.checked" : `states.${row.state}`),
    },
    ...(["created", "updated", "rejected"] as const).map((what) => ({
      key: what,
      header: t(`counts.${what}`),
      right: true,
      wide: true,
      width: "90px",
      cell: (row: Import) => count(row[what]),
    })),
    { key: "when", header: common("fields.created"), width: "130px", cell: (row) => ago(row.created_at) },
  ]
  return (
    <Paper component="section" aria-label={t("earlier")}>
      <Title order={2} mb="xs">
        {t("earlier")}
      </Title>
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("earlier")}
          columns={columns}
          rows={list.rows}
          rowKey={(row) => row.id}
          open={(row) => open(row.id)}
          loading={list.loading}
          more={list.more}
          readMore={list.readMore}
          height="320px"
          empty={<Empty title={t("none")} hint={t("none_hint")} />}
        />
      )}
    </Paper>
  )
}
