import { Anchor, Badge, Grid, Group, Paper, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { Link, useParams } from "react-router"
import type { Order } from "@/api/generated/schema"
import { read } from "@/api/read"
import { useContactNames } from "@/api/useContactNames"
import { useErrorText } from "@/lib/errors"
import { useWord } from "@/lib/useWord"
import { paths } from "@/paths"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"
import { Failed, LoadingRows } from "@/ui/States"
import { DueDay } from "./DueDay"
import { hasPaymentStatus, isLate } from "./due"
import { OrderActions } from "./OrderActions"
import { OrderActivity } from "./OrderActivity"
import { OrderDocuments } from "./OrderDocuments"
import { OrderLinesTable } from "./OrderLinesTable"
import { OrderMoney } from "./OrderMoney"
import { OrderNotes } from "./OrderNotes"
import { OrderRevisions } from "./OrderRevisions"
import { PLAIN_FIELDS, plainText } from "./orderFields"

export function Component() {
  const { id = "" } = useParams()
  const { t } = useTranslation("orders")
  const query = useQuery(read("/api/v1/orders/{id}", { path: { id } }))
  const failed = useErrorText(query.error)
  const order = query.data
  if (!order)
    return (
      <Page title={t("title")}>
        {query.error ? <Failed {...failed} retry={() => void query.refetch()} /> : <LoadingRows rows={12} />}
      </Page>
    )
  return (
    <Page
      title={order.number}
      aside={
        <Group gap={6}>
          <StateBadge of="order" state={order.state} />
          {hasPaymentStatus(order) ? <StateBadge of="payment" state={order.payment_status} /> : null}
          {isLate(order) ? (
            <Badge color="red" variant="light" tt="none" radius="sm">
              {t("late")}
            </Badge>
          ) : null}
        </Group>
      }
      actions={<OrderActions order={order} />}
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="md">
            <Paper withBorder p="md">
              <OrderLinesTable order={order} />
            </Paper>
            <OrderMoney order={order} />
            <OrderDocuments order={order} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="md">
            <Paper withBorder p="md">
              <OrderFacts order={order} />
            </Paper>
            <OrderNotes order={order} />
            <OrderActivity id={order.id} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  )
}

function OrderFacts({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  const word = useWord()
  const name = useContactNames([order.contact_id])
  return (
    <Stack gap={8}>
      <Fact label={t("fields.contact")}>
        <Anchor component={Link} to={paths.contact(order.contact_id)} size="sm" fw={600}>
          {name(order.contact_id) ?? "…"}
        </Anchor>
      </Fact>
      {PLAIN_FIELDS.map(([field, { kind, label, fact }]) =>
        fact === "always" || (fact && order[field]) ? (
          <Fact key={field} label={word(label)}>
            {field === "due_on" ? <DueDay order={order} /> : plainText(kind, order[field]) || "–"}
          </Fact>
        ) : null,
      )}
      <Fact label={t("fields.revision")}>
        <OrderRevisions order={order} />
      </Fact>
    </Stack>
  )
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" align="baseline" gap="sm">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div" ta="right" style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </Group>
  )
}
