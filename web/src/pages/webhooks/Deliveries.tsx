import { Alert, Anchor, Button, Drawer, Select, Stack } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { IconSend } from "@tabler/icons-react"
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import { api, data } from "@/api/client"
import type { Delivery, DeliveryDetail, DeliveryState, WebhookEndpoint } from "@/api/generated/schema"
import { queries } from "@/api/queries"
import { ago, count, moment } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { useFilters } from "@/lib/useFilters"
import { useNeeds } from "@/lib/useNeeds"
import { useTellFailure, useWhy } from "@/lib/why"
import { pathOf, paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { Attempts } from "@/ui/Attempts"
import { type Column, DataTable } from "@/ui/DataTable"
import { Facts } from "@/ui/Facts"
import { FilterBar } from "@/ui/FilterBar"
import { Section } from "@/ui/Section"
import { StateBadge } from "@/ui/StateBadge"
import { Empty, Failed } from "@/ui/States"

const FILTERS = ["delivery_state", "subject"] as const
/** Milliseconds. What waits is asked for soon, what is new now and then. */
const SOON = 1_000
const LATER = 5_000

export function useDelivery(id: string) {
  return useQuery({
    queryKey: ["webhook-deliveries", "detail", id],
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/webhook-deliveries/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === "pending" ? SOON : false),
  })
}

export function Deliveries({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("webhooks")
  const common = useTranslation().t
  const { filters, set } = useFilters(FILTERS)
  const [shown, setShown] = useState<string | null>(null)
  const query = {
    endpoint_id: endpoint.id,
    ...(filters.delivery_state ? { state: filters.delivery_state as DeliveryState } : {}),
    ...(filters.subject ? { subject: filters.subject } : {}),
  }
  const list = useInfiniteQuery({
    queryKey: ["webhook-deliveries", "list", query],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/v1/webhook-deliveries", {
          params: { query: { ...query, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((delivery) => delivery.state === "pending"))
        ? SOON
        : LATER,
  })
  const rows = list.data?.pages.flatMap((page) => page.items) ?? []
  const failed = useWhy(list.error)
  const columns = useColumns(setShown)
  return (
    <Section title={t("deliveries")}>
      <FilterBar search={filters.subject ?? ""} onSearch={(subject) => set({ subject })} label={t("search")}>
        <Select
          aria-label={t("delivery_state")}
          placeholder={common("fields.state")}
          clearable
          w={150}
          value={filters.delivery_state ?? null}
          onChange={(state) => set({ delivery_state: state })}
          data={(["pending", "done", "dead", "skipped"] as const).map((state) => ({
            value: state,
            label: common(`states:delivery.${state}` as never),
          }))}
        />
      </FilterBar>
      {list.error && rows.length === 0 ? (
        <Failed {...failed} retry={() => void list.refetch()} />
      ) : (
        <DataTable
          label={t("deliveries")}
          columns={columns}
          rows={rows}
          rowKey={(delivery) => delivery.id}
          open={(delivery) => setShown(delivery.id)}
          loading={list.isPending}
          more={list.hasNextPage}
          readMore={() => {
            if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
          }}
          height="calc(100dvh - 420px)"
          empty={
            <Empty title={t("deliveries_empty")} hint={t("deliveries_hint")} icon={<IconSend size={26} />} />
          }
        />
      )}
      {shown ? <Shown id={shown} endpoint={endpoint} onClose={() => setShown(null)} /> : null}
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
      wide: true,
      cell: (delivery) => t(`kinds.${delivery.kind}`),
    },
    {
      key: "about",
      header: t("about"),
      width: "minmax(0, 1.4fr)",
      wide: true,
      cell: (delivery) => delivery.subject,
    },
    {
      key: "attempts",
      header: t("attempts"),
      width: "90px",
      right: true,
      cell: (delivery) => count(delivery.attempts),
    },
    {
      key: "state",
      header: common("fields.state"),
      width: "110px",
      cell: (delivery) => <StateBadge of="delivery" state={delivery.state} />,
    },
    { key: "error", header: "", width: "minmax(0, 1.6fr)", wide: true, cell: (delivery) => delivery.error },
  ]
}

function Shown({ id, endpoint, onClose }: { id: string; endpoint: WebhookEndpoint; onClose: () => void }) {
  const { t } = useTranslation("webhooks")
  const delivery = useDelivery(id)
  return (
    <Drawer opened onClose={onClose} position="right" size="lg" title={t("delivery")}>
      <Loaded query={delivery}>{(delivery) => <Told delivery={delivery} endpoint={endpoint} />}</Loaded>
    </Drawer>
  )
}

function Told({ delivery, endpoint }: { delivery: DeliveryDetail; endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("webhooks")
  const common = useTranslation().t
  const manager = useNeeds("manager")
  const tell = useTellFailure()
  const about = pathOf(delivery.subject)
  const resend = useMutation({
    mutationFn: () =>
      data(api.POST("/api/v1/webhook-deliveries/{id}/resend", { params: { path: { id: delivery.id } } })),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("resent") })
      void queries.invalidateQueries({ queryKey: ["webhook-deliveries"] })
    },
    onError: tell,
  })
  const reason =
    manager ??
    (endpoint.state === "active" ? null : t("off")) ??
    ({ pending: t("under_way"), dead: t("on_desk") } as Record<string, string>)[delivery.state]
  return (
    <Stack>
      <Facts
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
      <ActionButton why={reason} loading={resend.isPending} onClick={() => resend.mutate()}>
        {t("resend")}
      </ActionButton>
      {delivery.state === "dead" ? (
        <Button variant="default" component={Link} to={paths.deadLetters}>
          {t("to_desk")}
        </Button>
      ) : null}
    </Stack>
  )
}
