import { Anchor, Button, Select, Tooltip } from "@mantine/core"
import { IconDownload, IconShieldCheck } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import { api, data, download } from "@/api/client"
import type { SecurityEntry, SecurityKind } from "@/api/generated/schema"
import { useList } from "@/api/useList"
import { moment } from "@/lib/format"
import { useFilters } from "@/lib/useFilters"
import { useTellFailure, useWhy } from "@/lib/why"
import { pathOf } from "@/paths"
import { type Column, DataTable } from "@/ui/DataTable"
import { DateFilter } from "@/ui/DateFilter"
import { FilterBar } from "@/ui/FilterBar"
import { Page } from "@/ui/Page"
import { Empty, Failed } from "@/ui/States"

const FILTERS = ["kind", "subject", "from", "to"] as const

export function Component() {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const tell = useTellFailure()
  const { filters, set, clear, any } = useFilters(FILTERS)
  const { kind, ...others } = filters
  const query = { ...others, ...(kind ? { kind: [kind as SecurityKind] } : {}) }
  const list = useList(["security-log", "list", filters], (cursor, signal) =>
    data(
      api.GET("/api/v1/security-log", {
        params: { query: { ...query, limit: 100, ...(cursor ? { cursor } : {}) } },
        signal,
      }),
    ),
  )
  const failed = useWhy(list.error)
  const kinds = Object.keys(t("log.kinds", { returnObjects: true })) as SecurityKind[]
  const columns = useColumns()
  return (
    <Page
      title={t("log.title")}
      hint={t("log.hint")}
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => download(`/api/v1/security-log.csv?${new URLSearchParams(filters)}`).catch(tell)}
        >
          {t("log.export")}
        </Button>
      }
    >
      <FilterBar
        search={filters.subject ?? ""}
        onSearch={(subject) => set({ subject })}
        label={t("log.search")}
      >
        <Select
          aria-label={t("log.kind")}
          placeholder={t("log.kind")}
          clearable
          searchable
          w={230}
          value={kind ?? null}
          onChange={(kind) => set({ kind })}
          data={kinds.map((kind) => ({ value: kind, label: t(`log.kinds.${kind}`) }))}
        />
        {(["from", "to"] as const).map((bound) => (
          <DateFilter
            key={bound}
            bound={bound}
            label={t(`log.${bound}`)}
            value={filters[bound] ?? ""}
            onChange={(day) => set({ [bound]: day })}
          />
        ))}
      </FilterBar>
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("log.title")}
          columns={columns}
          rows={list.rows}
          rowKey={(entry) => entry.id}
          loading={list.loading}
          more={list.more}
          readMore={list.readMore}
          empty={
            any ? (
              <Empty
                title={common("empty.filtered")}
                hint={common("empty.filtered_hint")}
                action={
                  <Button variant="default" onClick={clear}>
                    {common("empty.clear")}
                  </Button>
                }
              />
            ) : (
              <Empty title={t("log.empty")} icon={<IconShieldCheck size={26} />} />
            )
          }
        />
      )}
    </Page>
  )
}

/** Names instead of ids, of those who may sign in. */
function useNames(): (id: string) => string {
  const users = useQuery({
    queryKey: ["users", "list"],
    queryFn: ({ signal }) => data(api.GET("/api/v1/users", { params: { query: { limit: 200 } }, signal })),
  })
  return (id) => users.data?.items.find((user) => user.id === id)?.name ?? id
}

function useColumns(): Column<SecurityEntry>[] {
  const { t } = useTranslation("admin")
  const name = useNames()
  const about = (id: string) => {
    const to = pathOf(id)
    return to ? (
      <Anchor component={Link} to={to} size="sm">
        {id}
      </Anchor>
    ) : (
      name(id)
    )
  }
  return [
    {
      key: "when",
      header: t("log.when"),
      width: "minmax(0, 170px)",
      cell: (entry) => moment(entry.occurred_at),
    },
    {
      key: "kind",
      header: t("log.kind"),
      width: "minmax(0, 1.2fr)",
      cell: (entry) => (
        <Tooltip label={JSON.stringify(entry.detail)} multiline maw={400} openDelay={300}>
          <span>{t(`log.kinds.${entry.kind}`)}</span>
        </Tooltip>
      ),
    },
    { key: "who", header: t("log.who"), width: "minmax(0, 1fr)", cell: (entry) => name(entry.actor) },
    {
      key: "about",
      header: t("log.about"),
      width: "minmax(0, 1.4fr)",
      wide: true,
      cell: (entry) => (entry.subject ? about(entry.subject) : null),
    },
    {
      key: "address",
      header: t("log.address"),
      width: "140px",
      wide: true,
      cell: (entry) => entry.address,
    },
  ]
}
