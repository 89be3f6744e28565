import { Anchor } from "@mantine/core"
import { IconMail } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import type { Mail } from "@/api/generated/schema"
import { useList } from "@/api/read"
import { ago } from "@/lib/format"
import { wordsOf } from "@/lib/useWord"
import { type FiltersOf, useListFilters } from "@/lists/filters"
import { ListFilters } from "@/lists/ListFilters"
import { ListTable } from "@/lists/ListTable"
import { paths } from "@/paths"
import type { Column } from "@/ui/DataTable"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"

const MAIL_FILTERS = {
  order_id: { control: "search", label: "mails:search" },
  state: {
    control: "choice",
    label: "common:fields.state",
    options: wordsOf("states:delivery", ["pending", "done", "dead", "skipped"]),
    width: 150,
  },
  contact_id: { control: "chip", label: "mails:contact" },
} as const satisfies FiltersOf<"/api/v1/mails">

/** Milliseconds between two reads: mails follow a moment after their events. */
const REFETCH_INTERVAL = 5_000

export function Component() {
  const { t } = useTranslation("mails")
  const navigate = useNavigate()
  const filters = useListFilters<"/api/v1/mails">(MAIL_FILTERS)
  const list = useList("/api/v1/mails", { query: filters.query }, () => REFETCH_INTERVAL)
  const columns = useColumns()
  return (
    <Page title={t("title")} hint={t("hint")}>
      <ListFilters filters={filters} chips={{ contact_id: t("contact") }} />
      <ListTable
        label={t("title")}
        list={list}
        columns={columns}
        onOpen={(mail) => navigate(paths.mail(mail.id))}
        filters={filters}
        empty={{ title: t("empty"), hint: t("empty_hint"), icon: <IconMail size={26} /> }}
      />
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
      hideOnPhone: true,
      cell: (mail) => mail.to ?? t("not_yet"),
    },
    {
      key: "kind",
      header: t("kind"),
      width: "170px",
      hideOnPhone: true,
      cell: (mail) => t(`kinds.${mail.kind}`),
    },
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
      hideOnPhone: true,
      cell: (mail) => ago(mail.sent_at ?? mail.created_at),
    },
  ]
}
