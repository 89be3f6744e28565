import { Anchor, Group, Paper, Stack, Text, Title } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import type { Order } from "@/api/generated/schema"
import { read } from "@/api/read"
import { useContactNames } from "@/api/useContactNames"
import { useErrorText } from "@/lib/errors"
import { ago, day, money } from "@/lib/format"
import { paths } from "@/paths"
import { StateBadge } from "@/ui/StateBadge"
import { Failed, LoadingRows } from "@/ui/States"
import { hasPaymentStatus, remaining } from "../orders/due"

/** The orders that should have been paid by now, longest overdue first. */
export function OverdueOrders() {
  const { t } = useTranslation("today")
  const late = useQuery(read("/api/v1/orders", { query: { late: true, sort: "due_on", limit: 5 } }))
  const failed = useErrorText(late.error)
  const orders = late.data?.items ?? []
  const name = useContactNames(orders.map((order) => order.contact_id))
  return (
    <Paper withBorder p="md" mb="md">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t("late.title")}</Title>
        {orders.length > 0 ? (
          <Anchor component={Link} to={`${paths.orders}?late=true`} size="sm">
            {t("late.all")}
          </Anchor>
        ) : null}
      </Group>
      {late.isPending ? <LoadingRows rows={3} /> : null}
      {late.error && !late.data ? <Failed {...failed} retry={() => void late.refetch()} /> : null}
      {late.data && orders.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("late.none")}
        </Text>
      ) : null}
      <Stack gap={8}>
        {orders.map((order) => (
          <Group key={order.id} gap="xs" wrap="nowrap" justify="space-between">
            <Text size="sm" truncate>
              <Anchor component={Link} to={paths.order(order.id)} fw={500}>
                {order.number}
              </Anchor>{" "}
              {name(order.contact_id)}
            </Text>
            <Text size="sm" className="number" title={order.due_on ? day(order.due_on) : undefined}>
              {money(remaining(order), order.currency)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Paper>
  )
}

type Props = { orders: Order[] | undefined; error: unknown; retry: () => void }

/** The orders that were taken last. */
export function LatestOrders({ orders, error, retry }: Props) {
  const { t } = useTranslation("today")
  const failed = useErrorText(error)
  const name = useContactNames(orders?.map((order) => order.contact_id) ?? [])
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="xs">
        {t("last")}
      </Title>
      {error && !orders ? <Failed {...failed} retry={retry} /> : null}
      {!error && !orders ? <LoadingRows rows={5} /> : null}
      <Stack gap={0} role="list" aria-label={t("last")}>
        {orders?.map((order) => (
          <Group
            key={order.id}
            role="listitem"
            wrap="nowrap"
            gap="sm"
            py={7}
            style={{ borderTop: "1px solid var(--mantine-color-default-border)" }}
          >
            <Anchor component={Link} to={paths.order(order.id)} size="sm" fw={500} w={72}>
              {order.number}
            </Anchor>
            <Text size="sm" truncate flex={1}>
              {name(order.contact_id) ?? "…"}
            </Text>
            <Text size="xs" c="dimmed" visibleFrom="sm" w={140} ta="right">
              {ago(order.ordered_at)}
            </Text>
            <Group gap={6} visibleFrom="sm" w={220} wrap="nowrap">
              <StateBadge of="order" state={order.state} />
              {hasPaymentStatus(order) ? <StateBadge of="payment" state={order.payment_status} /> : null}
            </Group>
            <Text size="sm" className="number" w={100}>
              {money(order.total, order.currency)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Paper>
  )
}
