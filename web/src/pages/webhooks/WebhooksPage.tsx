import { Anchor } from "@mantine/core"
import { IconPlus, IconWebhook } from "@tabler/icons-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import type { WebhookEndpoint } from "@/api/generated/schema"
import { useList } from "@/api/read"
import { ago } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { ListTable } from "@/lists/ListTable"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import type { Column } from "@/ui/DataTable"
import { Page } from "@/ui/Page"
import { ShownOnce } from "@/ui/ShownOnce"
import { StateBadge } from "@/ui/StateBadge"
import { EndpointForm } from "./EndpointForm"

export function Component() {
  const { t } = useTranslation("webhooks")
  const navigate = useNavigate()
  const admin = useNeeds("admin")
  const [adding, setAdding] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const list = useList("/api/v1/webhook-endpoints", {})
  const columns = useColumns()
  const add = (
    <ActionButton leftSection={<IconPlus size={16} />} disabledReason={admin} onClick={() => setAdding(true)}>
      {t("new")}
    </ActionButton>
  )
  return (
    <Page title={t("title")} hint={t("hint")} actions={add}>
      {secret ? (
        <ShownOnce title={t("secret_once")} hint={t("secret_hint")} label={t("secret")} value={secret} />
      ) : null}
      <ListTable
        label={t("title")}
        list={list}
        columns={columns}
        onOpen={(endpoint) => navigate(paths.webhook(endpoint.id))}
        empty={{ title: t("empty"), hint: t("empty_hint"), icon: <IconWebhook size={26} />, action: add }}
      />
      {adding ? (
        <EndpointForm
          onClose={() => setAdding(false)}
          onSaved={(secret) => {
            setAdding(false)
            setSecret(secret ?? null)
          }}
        />
      ) : null}
    </Page>
  )
}

function useColumns(): Column<WebhookEndpoint>[] {
  const { t } = useTranslation("webhooks")
  const common = useTranslation().t
  return [
    {
      key: "url",
      header: t("url"),
      width: "minmax(0, 2fr)",
      cell: (endpoint) => (
        <Anchor component={Link} to={paths.webhook(endpoint.id)} size="sm" fw={500}>
          {endpoint.url}
        </Anchor>
      ),
    },
    {
      key: "description",
      header: t("description"),
      width: "minmax(0, 1fr)",
      hideOnPhone: true,
      cell: (endpoint) => endpoint.description,
    },
    {
      key: "types",
      header: t("types"),
      width: "minmax(0, 1fr)",
      hideOnPhone: true,
      cell: (endpoint) =>
        endpoint.event_types.length > 0 ? endpoint.event_types.join(", ") : t("types_all"),
    },
    {
      key: "state",
      header: common("fields.state"),
      width: "120px",
      cell: (endpoint) => <StateBadge of="endpoint" state={endpoint.state} />,
    },
    {
      key: "updated",
      header: common("fields.updated"),
      width: "150px",
      hideOnPhone: true,
      cell: (endpoint) => ago(endpoint.updated_at),
    },
  ]
}
