import { Alert, Anchor, Button, Drawer, Stack } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { IconSend } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import { api, data } from "@/api/client"
import type { Delivery, DeliveryDetail, WebhookEndpoint } from "@/api/generated/schema"
import { invalidate, read, useList } from "@/api/read"
import { useNotifyFailure } from "@/lib/errors"
import { ago, count, moment } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { useNeeds } from "@/lib/useNeeds"
import { wordsOf } from "@/lib/useWord"
import { type FiltersOf, useListFilters } from "@/lists/filters"
import { ListFilters } from "@/lists/ListFilters"
import { ListTable } from "@/lists/ListTable"
import { pathOf, paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { Attempts } from "@/ui/Attempts"
import type { Column } from "@/ui/DataTable"
import { DescriptionList } from "@/ui/DescriptionList"
import { Section } from "@/ui/Section"
import { StateBadge } from "@/ui/StateBadge"

const DELIVERY_FILTERS = {
  subject: { control: "search", label: "webhooks:search" },
  state: {
    control: "choice",
    label: "webhooks:delivery_state",
    address: "delivery_state",
    options: wordsOf("states:delivery", ["pending", "done", "dead", "skipped"]),
    width: 150,
  },
  endpoint_id: null,
} as const satisfies FiltersOf<"/api/v1/webhook-deliveries">

/** Milliseconds between two reads: while something is pending, and otherwise. */
const PENDING_INTERVAL = 1_000
const IDLE_INTERVAL = 5_000

export function useDelivery(id: string) {
  return useQuery({
    ...read("/api/v1/webhook-deliveries/{id}", { path: { id } }),
    refetchInterval: ({ state }) => (state.data?.state === "pending" ? PENDING_INTERVAL : false),
  })
}

/** The deliveries to an endpoint, and the drawer that shows one of them. */
export function Deliveries({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("webhooks")
  const filters = useListFilters<"/api/v1/webhook-deliveries">(DELIVERY_FILTERS)
  const [shown, setShown] = useState<string | null>(null)
  const query = { ...filters.query, endpoint_id: endpoint.id, limit: 50 }
  const list = useList("/api/v1/webhook-deliveries", { query }, (rows) =>
    rows.some((delivery) => delivery.state === "pending") ? PENDING_INTERVAL : IDLE_INTERVAL,
  )
  const columns = useColumns(setShown)
  return (
    <Section title={t("deliveries")}>
      <ListFilters filters={filters} />
      <ListTable
        label={t("deliveries")}
        list={list}
        columns={columns}
        onOpen={(delivery) => setShown(delivery.id)}
        height="calc(100dvh - 420px)"
        filters={filters}
        empty={{ title: t("deliveries_empty"), hint: t("deliveries_hint"), icon: <IconSend size={26} /> }}
      />
      {shown ? <DeliveryDrawer id={shown} endpoint={endpoint} onClose={() => setShown(null)} /> : null}
    </Section>
  )
}

function useColumns(show: (id: string) => void): Column<Delivery>[] {
  const { t } = useTranslation("webhooks")
  const common = useTranslation().t
  return [
    {
      key: "created",
      header: common("fields.created"),
      width: "minmax(0, 1fr)",
      cell: (delivery) => (
        <Anchor component="button" size="sm" onClick={() => show(delivery.id)}>
          {ago(delivery.created_at)}
        </Anchor>
      ),
    },
    {
      key: "kind",
      header: t("kind"),
      width: "110px",
      hideOnPhone: true,
      cell: (delivery) => t(`kinds.${delivery.kind}`),
    },
    {
      key: "about",
      header: t("about"),
      width: "minmax(0, 1.4fr)",
      hideOnPhone: true,
      cell: (delivery) => delivery.subject,
    },
    {
      key: "attempts",
      header: t("attempts"),
      width: "90px",
      alignRight: true,
      cell: (delivery) => count(delivery.attempts),
    },
    {
      key: "state",
      header: common("fields.state"),
      width: "110px",
      cell: (delivery) => <StateBadge of="delivery" state={delivery.state} />,
    },
    {
      key: "error",
      header: "",
      width: "minmax(0, 1.6fr)",
      hideOnPhone: true,
      cell: (delivery) => delivery.error,
    },
  ]
}

function DeliveryDrawer({
  id,
  endpoint,
  onClose,
}: {
  id: string
  endpoint: WebhookEndpoint
  onClose: () => void
}) {
  const { t } = useTranslation("webhooks")
  const delivery = useDelivery(id)
  return (
    <Drawer opened onClose={onClose} position="right" size="lg" title={t("delivery")}>
      <Loaded query={delivery}>
        {(delivery) => <DeliveryDetails delivery={delivery} endpoint={endpoint} />}
      </Loaded>
    </Drawer>
  )
}

function DeliveryDetails({ delivery, endpoint }: { delivery: DeliveryDetail; endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("webhooks")
  const common = useTranslation().t
  const manager = useNeeds("manager")
  const notifyFailure = useNotifyFailure()
  const about = pathOf(delivery.subject)
  const resend = useMutation({
    mutationFn: () =>
      data(api.POST("/api/v1/webhook-deliveries/{id}/resend", { params: { path: { id: delivery.id } } })),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("resent") })
      void invalidate("webhook-deliveries")
    },
    onError: notifyFailure,
  })
  const reason =
    manager ??
    (endpoint.state === "active" ? null : t("off")) ??
    ({ pending: t("under_way"), dead: t("given_up") } as Record<string, string>)[delivery.state]
  return (
    <Stack>
      <DescriptionList
        facts={[
          [common("fields.state"), <StateBadge key="state" of="delivery" state={delivery.state} />],
          [t("kind"), t(`kinds.${delivery.kind}`)],
          [
            t("about"),
            about ? (
              <Anchor key="about" component={Link} to={about} size="sm">
                {delivery.subject}
              </Anchor>
            ) : (
              delivery.subject
            ),
          ],
          [t("event"), delivery.event_id],
          [t("id"), delivery.id],
          [common("fields.created"), moment(delivery.created_at)],
          [t("done"), delivery.done_at ? moment(delivery.done_at) : null],
          [
            t("next"),
            delivery.state === "pending" && delivery.next_attempt_at
              ? moment(delivery.next_attempt_at)
              : null,
          ],
        ]}
      />
      {delivery.error ? <Alert color="red">{delivery.error}</Alert> : null}
      <Section title={t("attempts")}>
        <Attempts attempts={delivery.made} />
      </Section>
      <ActionButton disabledReason={reason} loading={resend.isPending} onClick={() => resend.mutate()}>
        {t("resend")}
      </ActionButton>
      {delivery.state === "dead" ? (
        <Button variant="default" component={Link} to={paths.deadLetters}>
          {t("to_dead_letters")}
        </Button>
      ) : null}
    </Stack>
  )
}
