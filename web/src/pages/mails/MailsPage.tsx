import { Anchor, Button, Select } from "@mantine/core"
import { IconMail } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import { api, data } from "@/api/client"
import type { DeliveryState, Mail } from "@/api/generated/schema"
import { useList } from "@/api/useList"
import { ago } from "@/lib/format"
import { useFilters } from "@/lib/useFilters"
import { useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { type Column, DataTable } from "@/ui/DataTable"
import { FilterBar } from "@/ui/FilterBar"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"
import { Empty, Failed } from "@/ui/States"

const FILTERS = ["state", "order_id", "contact_id"] as const

/** Mails follow a moment after the events; milliseconds. */
const AGAIN = 5_000

export function Component() {
  const { t } = useTranslation("mails")
  const common = useTranslation().t
  const navigate = useNavigate()
  const { filters, set, clear, any } = useFilters(FILTERS)
  const { state, ...others } = filters
  const query = { ...others, ...(state ? { state: [state as DeliveryState] } : {}) }
  const list = useList(
    ["mails", "list", filters],
    (cursor, signal) =>
      data(
        api.GET("/api/v1/mails", {
          params: { query: { ...query, limit: 100, ...(cursor ? { cursor } : {}) } },
          signal,
        }),
      ),
    () => AGAIN,
  )
  const failed = useWhy(list.error)
  const columns = useColumns()
  return (
    <Page title={t("title")} hint={t("hint")}>
      <FilterBar
        search={filters.order_id ?? ""}
        onSearch={(order_id) => set({ order_id })}
        label={t("search")}
      >
        <Select
          aria-label={common("fields.state")}
          placeholder={common("fields.state")}
          clearable
          w={150}
          value={filters.state ?? null}
          onChange={(state) => set({ state })}
          data={(["pending", "done", "dead", "skipped"] as const).map((state) => ({
            value: state,
            label: common(`states:delivery.${state}` as never),
          }))}
        />
      </FilterBar>
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={list.rows}
          rowKey={(mail) => mail.id}
          open={(mail) => navigate(paths.mail(mail.id))}
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
              <Empty title={t("empty")} hint={t("empty_hint")} icon={<IconMail size={26} />} />
            )
          }
        />
      )}
    </Page>
  )
}

function useColumns(): Column<Mail>[] {
  const { t } = useTranslation("mails")
  const common = useTranslation().t
  return [
    {
      key: "subject",
      header: t("subject"),
      width: "minmax(0, 2fr)",
      cell: (mail) => (
        <Anchor component={Link} to={paths.mail(mail.id)} size="sm" fw={500}>
          {mail.subject ?? t(`kinds.${mail.kind}`)}
        </Anchor>
      ),
    },
    {
      key: "to",
      header: t("to"),
      width: "minmax(0, 1.4fr)",
      wide: true,
      cell: (mail) => mail.to ?? t("not_yet"),
    },
    { key: "kind", header: t("kind"), width: "170px", wide: true, cell: (mail) => t(`kinds.${mail.kind}`) },
    {
      key: "state",
      header: common("fields.state"),
      width: "110px",
      cell: (mail) => <StateBadge of="delivery" state={mail.state} />,
    },
    {
      key: "sent",
      header: t("sent"),
      width: "150px",
      wide: true,
      cell: (mail) => ago(mail.sent_at ?? mail.created_at),
    },
  ]
}
