import { Anchor, Button, Group, Paper, Stack, Table, Text, Title } from "@mantine/core"
import { IconPlus } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import type { Contact, Order } from "@/api/generated/schema"
import { useErrorText } from "@/lib/errors"
import { day, money } from "@/lib/format"
import { useHasRole } from "@/lib/may"
import { paths } from "@/paths"
import { StateBadge } from "@/ui/StateBadge"
import { Empty, Failed, LoadingRows } from "@/ui/States"
import { useOrdersOf } from "./contactQueries"

const SHOWN = 8

/** The latest orders of a contact, and what is outstanding in each currency. */
export function ContactOrders({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const clerk = useHasRole("clerk")
  const query = useOrdersOf(contact.id)
  const failed = useErrorText(query.error)
  const orders = query.data ?? []
  return (
    <Paper withBorder component="section" aria-label={t("orders.title")} p="md">
      <Group justify="space-between" mb="sm">
        <Title order={2}>{t("orders.title")}</Title>
        {clerk && contact.state === "active" ? (
          <Button
            component={Link}
            to={`${paths.newOrder}?contact=${contact.id}`}
            size="xs"
            variant="light"
            leftSection={<IconPlus size={14} />}
          >
            {common("new_order")}
          </Button>
        ) : null}
      </Group>
      {query.error ? (
        <Failed {...failed} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <LoadingRows rows={4} />
      ) : orders.length === 0 ? (
        <Empty title={t("orders.empty")} hint={t("orders.empty_hint")} />
      ) : (
        <Stack gap="sm">
          <Balance orders={orders} />
          <Table.ScrollContainer minWidth={420}>
            <Table verticalSpacing={6} aria-label={t("orders.title")}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("orders.number")}</Table.Th>
                  <Table.Th>{t("orders.ordered")}</Table.Th>
                  <Table.Th>{common("fields.state")}</Table.Th>
                  <Table.Th ta="right">{common("fields.total")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {orders.slice(0, SHOWN).map((order) => (
                  <Table.Tr key={order.id}>
                    <Table.Td>
                      <Anchor component={Link} to={paths.order(order.id)} size="sm" fw={500}>
                        {order.number}
                      </Anchor>
                    </Table.Td>
                    <Table.Td>{day(order.ordered_at.slice(0, 10))}</Table.Td>
                    <Table.Td>
                      <Group gap={4}>
                        <StateBadge of="order" state={order.state} />
                        <StateBadge of="payment" state={order.payment_status} />
                      </Group>
                    </Table.Td>
                    <Table.Td className="number">{money(order.total, order.currency)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {orders.length > SHOWN ? (
            <Anchor component={Link} to={`${paths.orders}?contact_id=${contact.id}`} size="sm">
              {t("orders.all", { count: orders.length })}
            </Anchor>
          ) : null}
        </Stack>
      )}
    </Paper>
  )
}

function Balance({ orders }: { orders: Order[] }) {
  const { t } = useTranslation("contacts")
  const sums = new Map<string, { ordered: number; due: number }>()
  for (const order of orders) {
    const sum = sums.get(order.currency) ?? { ordered: 0, due: 0 }
    const counts = order.state !== "draft" && order.state !== "cancelled"
    sum.ordered += counts ? order.total : 0
    sum.due += (counts ? order.total : 0) - order.received + order.refunded
    sums.set(order.currency, sum)
  }
  return (
    <Group gap="xl">
      {[...sums].map(([currency, { ordered, due }]) => (
        <Group key={currency} gap="lg">
          <Figure label={t(due < 0 ? "balance.credit" : "balance.due")} strong={due !== 0}>
            {money(Math.abs(due), currency)}
          </Figure>
          <Figure label={t("balance.ordered")}>{money(ordered, currency)}</Figure>
        </Group>
      ))}
    </Group>
  )
}

function Figure({ label, children, strong = false }: { label: string; children: string; strong?: boolean }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="lg" fw={strong ? 700 : 500} style={{ fontVariantNumeric: "tabular-nums" }}>
        {children}
      </Text>
    </div>
  )
}
