import { Anchor, Paper, Title } from "@mantine/core"
import { useTranslation } from "react-i18next"
import type { Import } from "@/api/generated/schema"
import { useList } from "@/api/read"
import { ago, count } from "@/lib/format"
import { ListTable } from "@/lists/ListTable"
import type { Column } from "@/ui/DataTable"
import { isRunning } from "./ImportProgress"

/** The list of earlier imports, those of the command line too. */
export function ImportsList({ open }: { open: (id: string) => void }) {
  const { t } = useTranslation("imports")
  const common = useTranslation().t
  const list = useList("/api/v1/imports", { query: { limit: 50 } }, (rows) =>
    rows.some(isRunning) ? 1_000 : false,
  )
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
    {
      key: "kind",
      header: t("kind"),
      hideOnPhone: true,
      width: "110px",
      cell: (row) => t(`kinds.${row.kind}`),
    },
    {
      key: "state",
      header: common("fields.state"),
      width: "minmax(0, 1fr)",
      cell: (row) => t(row.dry_run && row.state === "done" ? "states.checked" : `states.${row.state}`),
    },
    ...(["created", "updated", "rejected"] as const).map((what) => ({
      key: what,
      header: t(`counts.${what}`),
      alignRight: true,
      hideOnPhone: true,
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
      <ListTable
        label={t("earlier")}
        list={list}
        columns={columns}
        onOpen={(row) => open(row.id)}
        height="320px"
        empty={{ title: t("none"), hint: t("none_hint") }}
      />
    </Paper>
  )
}
