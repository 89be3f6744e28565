import { Anchor } from "@mantine/core"
import { IconPlus, IconWebhook } from "@tabler/icons-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import { api, data } from "@/api/client"
import type { WebhookEndpoint } from "@/api/generated/schema"
import { useList } from "@/api/useList"
import { ago } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { type Column, DataTable } from "@/ui/DataTable"
import { Once } from "@/ui/Once"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"
import { Empty, Failed } from "@/ui/States"
import { EndpointForm } from "./EndpointForm"

export function Component() {
  const { t } = useTranslation("webhooks")
  const navigate = useNavigate()
  const admin = useNeeds("admin")
  const [adding, setAdding] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const list = useList(["webhook-endpoints", "list"], (cursor, signal) =>
    data(
      api.GET("/api/v1/webhook-endpoints", {
        params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } },
        signal,
      }),
    ),
  )
  const failed = useWhy(list.error)
  const columns = useColumns()
  const add = (
    <ActionButton leftSection={<IconPlus size={16} />} why={admin} onClick={() => setAdding(true)}>
      {t("new")}
    </ActionButton>
  )
  return (
    <Page title={t("title")} hint={t("hint")} actions={add}>
      {secret ? (
        <Once title={t("secret_once")} hint={t("secret_hint")} label={t("secret")} value={secret} />
      ) : null}
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={list.rows}
          rowKey={(endpoint) => endpoint.id}
          open={(endpoint) => navigate(paths.webhook(endpoint.id))}
          loading={list.loading}
          more={list.more}
          readMore={list.readMore}
          empty={
            <Empty title={t("empty")} hint={t("empty_hint")} icon={<IconWebhook size={26} />} action={add} />
          }
        />
      )}
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
      wide: true,
      cell: (endpoint) => endpoint.description,
    },
    {
      key: "types",
      header: t("types"),
      width: "minmax(0, 1fr)",
      wide: true,
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
      wide: true,
      cell: (endpoint) => ago(endpoint.updated_at),
    },
  ]
}
