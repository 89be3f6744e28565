import { Alert, Anchor, Button, Group, Text } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate, useParams } from "react-router"
import { api, data, ifMatch } from "@/api/client"
import type { Delivery, WebhookEndpoint } from "@/api/generated/schema"
import { invalidate, read } from "@/api/read"
import { useNotifyFailure } from "@/lib/errors"
import { moment } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { DescriptionList } from "@/ui/DescriptionList"
import { Page } from "@/ui/Page"
import { ShownOnce } from "@/ui/ShownOnce"
import { StateBadge } from "@/ui/StateBadge"
import { Deliveries, useDelivery } from "./Deliveries"
import { Remove, Replay, Rotate } from "./EndpointDialogs"
import { EndpointForm } from "./EndpointForm"

export function Component() {
  const { id = "" } = useParams()
  const endpoint = useQuery({
    ...read("/api/v1/webhook-endpoints/{id}", { path: { id } }),
    // A receiver may switch it off at any time, without an event.
    refetchInterval: 3_000,
  })
  return <Loaded query={endpoint}>{(endpoint) => <Endpoint endpoint={endpoint} />}</Loaded>
}

type Asking = "edit" | "rotate" | "replay" | "delete" | null

function Endpoint({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("webhooks")
  const common = useTranslation().t
  const navigate = useNavigate()
  const [asking, setAsking] = useState<Asking>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const [replay, setReplay] = useState<Delivery | null>(null)
  const admin = useNeeds("admin")
  const manager = useNeeds("manager")
  const off = endpoint.state === "active" ? null : t("off")
  const test = useTest(endpoint.id)
  const close = () => setAsking(null)
  return (
    <Page
      title={endpoint.url}
      aside={<StateBadge of="endpoint" state={endpoint.state} />}
      hint={
        <Anchor component={Link} to={paths.webhooks} size="sm">
          {t("title")}
        </Anchor>
      }
      actions={
        <>
          <ActionButton variant="default" disabledReason={admin} onClick={() => setAsking("delete")}>
            {t("delete")}
          </ActionButton>
          <ActionButton variant="default" disabledReason={admin} onClick={() => setAsking("rotate")}>
            {t("rotate")}
          </ActionButton>
          <ActionButton variant="default" disabledReason={admin ?? off} onClick={() => setAsking("replay")}>
            {t("replay")}
          </ActionButton>
          <ActionButton variant="default" disabledReason={admin} onClick={() => setAsking("edit")}>
            {common("edit")}
          </ActionButton>
          <ActionButton
            disabledReason={manager ?? off}
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            {t("test")}
          </ActionButton>
        </>
      }
    >
      {secret ? (
        <ShownOnce title={t("secret_once")} hint={t("secret_hint")} label={t("secret")} value={secret} />
      ) : null}
      {endpoint.state === "gone" ? <Gone endpoint={endpoint} /> : null}
      {replay ? <Replaying replay={replay} /> : null}
      <DescriptionList
        facts={[
          [t("description"), endpoint.description],
          [t("types"), endpoint.event_types.length > 0 ? endpoint.event_types.join(", ") : t("types_all")],
          [common("fields.created"), moment(endpoint.created_at)],
          [
            t("secret"),
            endpoint.previous_secret_until
              ? t("rotated_until", { time: moment(endpoint.previous_secret_until) })
              : null,
          ],
        ]}
      />
      <Deliveries endpoint={endpoint} />
      {asking === "edit" ? <EndpointForm endpoint={endpoint} onClose={close} onSaved={close} /> : null}
      {asking === "rotate" ? (
        <Rotate
          id={endpoint.id}
          onClose={close}
          onDone={(secret) => {
            setSecret(secret)
            close()
          }}
        />
      ) : null}
      {asking === "replay" ? (
        <Replay
          id={endpoint.id}
          onClose={close}
          onDone={(delivery) => {
            setReplay(delivery)
            close()
          }}
        />
      ) : null}
      {asking === "delete" ? (
        <Remove id={endpoint.id} onClose={close} onDone={() => navigate(paths.webhooks)} />
      ) : null}
    </Page>
  )
}

function useTest(id: string) {
  const { t } = useTranslation("webhooks")
  const notifyFailure = useNotifyFailure()
  return useMutation({
    mutationFn: () => data(api.POST("/api/v1/webhook-endpoints/{id}/test", { params: { path: { id } } })),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("tested") })
      void invalidate("webhook-deliveries")
    },
    onError: notifyFailure,
  })
}

/** The alert that an endpoint was switched off because it answered 410 Gone. */
function Gone({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("webhooks")
  const admin = useNeeds("admin")
  const notifyFailure = useNotifyFailure()
  const on = useMutation({
    mutationFn: () => {
      const { url, description, event_types } = endpoint
      return data(
        api.PUT("/api/v1/webhook-endpoints/{id}", {
          params: { path: { id: endpoint.id }, header: ifMatch(endpoint.version) },
          body: { url, description: description ?? null, event_types, active: true },
        }),
      )
    },
    onSuccess: () => invalidate("webhook-endpoints"),
    onError: notifyFailure,
  })
  return (
    <Alert color="red" title={t("gone_title")}>
      <Group justify="space-between">
        <Text size="sm">{t("gone_hint")}</Text>
        <ActionButton size="xs" disabledReason={admin} loading={on.isPending} onClick={() => on.mutate()}>
          {t("switch_on")}
        </ActionButton>
      </Group>
    </Alert>
  )
}

function Replaying({ replay }: { replay: Delivery }) {
  const { t } = useTranslation("webhooks")
  const common = useTranslation().t
  const { data: now } = useDelivery(replay.id)
  const state = now?.state ?? replay.state
  return (
    <Alert color={state === "dead" ? "red" : "blue"} role="status">
      <Group>
        <Button component="span" variant="transparent" size="compact-sm" loading={state === "pending"}>
          {t("replay")}
        </Button>
        <Text size="sm">{t("replaying", { state: common(`states:delivery.${state}` as never) })}</Text>
      </Group>
    </Alert>
  )
}
