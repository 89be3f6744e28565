import { Anchor, Tooltip } from "@mantine/core"
import { IconShieldCheck } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import type { SecurityEntry } from "@/api/generated/schema"
import { read, useList } from "@/api/read"
import { moment } from "@/lib/format"
import { wordsOf } from "@/lib/useWord"
import { ExportButton } from "@/lists/ExportButton"
import { type FiltersOf, useListFilters } from "@/lists/filters"
import { ListFilters } from "@/lists/ListFilters"
import { ListTable } from "@/lists/ListTable"
import { pathOf } from "@/paths"
import type { Column } from "@/ui/DataTable"
import { Page } from "@/ui/Page"

const LOG_FILTERS = {
  subject: { control: "search", label: "admin:log.search" },
  kind: {
    control: "choice",
    label: "admin:log.kind",
    options: wordsOf("admin:log.kinds", [
      "signed_in",
      "sign_in_failed",
      "signed_out",
      "session_reused",
      "password_changed",
      "password_link_made",
      "second_factor_on",
      "second_factor_off",
      "invited",
      "invitation_revoked",
      "invitation_accepted",
      "user_added",
      "role_changed",
      "user_disabled",
      "user_enabled",
      "key_made",
      "key_revoked",
      "dead_letter_redriven",
      "dead_letter_discarded",
      "mail_template_changed",
      "mail_template_reset",
      "webhook_endpoint_added",
      "webhook_endpoint_changed",
      "webhook_endpoint_deleted",
      "webhook_secret_rotated",
      "contact_exported",
      "contact_erased",
      "data_exported",
    ]),
    width: 230,
  },
  from: { control: "day", bound: "from", label: "admin:log.from" },
  to: { control: "day", bound: "to", label: "admin:log.to" },
  actor: null,
} as const satisfies FiltersOf<"/api/v1/security-log">

export function Component() {
  const { t } = useTranslation("admin")
  const filters = useListFilters<"/api/v1/security-log">(LOG_FILTERS)
  const list = useList("/api/v1/security-log", { query: filters.query })
  const columns = useColumns()
  return (
    <Page
      title={t("log.title")}
      hint={t("log.hint")}
      actions={<ExportButton path="/api/v1/security-log.csv" query={filters.query} />}
    >
      <ListFilters filters={filters} />
      <ListTable
        label={t("log.title")}
        list={list}
        columns={columns}
        filters={filters}
        empty={{ title: t("log.empty"), icon: <IconShieldCheck size={26} /> }}
      />
    </Page>
  )
}

/** The names of users by their ids. */
function useNames(): (id: string) => string {
  const users = useQuery(read("/api/v1/users", { query: { limit: 200 } }))
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
      hideOnPhone: true,
      cell: (entry) => (entry.subject ? about(entry.subject) : null),
    },
    {
      key: "address",
      header: t("log.address"),
      width: "140px",
      hideOnPhone: true,
      cell: (entry) => entry.address,
    },
  ]
}
