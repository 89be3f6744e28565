import { Box, Group, Paper, Progress, Stack, Text, Title } from "@mantine/core"
import { IconArrowBackUp, IconPlus } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { Order, TransactionKind } from "@/api/generated/schema"
import { read } from "@/api/read"
import { useErrorText } from "@/lib/errors"
import { day, money } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { ActionButton } from "@/ui/ActionButton"
import { StateBadge } from "@/ui/StateBadge"
import { Failed, LoadingRows } from "@/ui/States"
import { SettleButton } from "../transactions/SettleButton"
import { TransactionDrawer } from "../transactions/TransactionDrawer"
import { remaining } from "./due"

/** The payments of an order: what was paid, what remains, and buttons to record more. */
export function OrderMoney({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const clerk = useNeeds("clerk")
  const [recording, setRecording] = useState<TransactionKind | null>(null)
  const list = useQuery(
    read("/api/v1/transactions", { query: { order_id: order.id, sort: "created_at", limit: 200 } }),
  )
  const failed = useErrorText(list.error)
  const paid = order.received - order.refunded
  const rest = remaining(order)
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t("money.title")}</Title>
        <Group gap="xs">
          <ActionButton
            size="xs"
            variant="default"
            leftSection={<IconArrowBackUp size={14} />}
            disabledReason={clerk ?? (paid > 0 ? null : t("why.nothing_received"))}
            onClick={() => setRecording("refund")}
          >
            {t("money.refund")}
          </ActionButton>
          <ActionButton
            size="xs"
            leftSection={<IconPlus size={14} />}
            disabledReason={clerk ?? (order.state === "cancelled" ? t("why.cancelled") : null)}
            onClick={() => setRecording("payment")}
          >
            {t("money.payment")}
          </ActionButton>
        </Group>
      </Group>
      <Progress
        value={order.total > 0 ? Math.min(100, (paid / order.total) * 100) : 100}
        aria-label={t("money.paid")}
        size="sm"
        mb={6}
      />
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {t("money.paid_of", {
            paid: money(paid, order.currency),
            total: money(order.total, order.currency),
          })}
        </Text>
        <Text size="sm" fw={600} data-testid="remaining">
          {rest < 0
            ? t("money.too_much", { amount: money(-rest, order.currency) })
            : t("money.remaining", { amount: money(rest, order.currency) })}
        </Text>
      </Group>
      {list.error && !list.data ? <Failed {...failed} retry={() => void list.refetch()} /> : null}
      {list.isPending ? <LoadingRows rows={2} /> : null}
      <Stack gap={0} mt={list.data?.items.length ? "sm" : 0} role="list" aria-label={t("money.title")}>
        {list.data?.items.map((transaction) => (
          <Group
            key={transaction.id}
            role="listitem"
            wrap="nowrap"
            gap="sm"
            py={6}
            style={{ borderTop: "1px solid var(--mantine-color-default-border)" }}
          >
            <Box flex={1} miw={0}>
              <Group gap={6}>
                <Text size="sm">
                  {common(`transactions:kinds.${transaction.kind}` as never)} ·{" "}
                  {common(`transactions:methods.${transaction.method}` as never)}
                </Text>
                <StateBadge of="transaction" state={transaction.state} />
                <SettleButton transaction={transaction} />
              </Group>
              <Text size="xs" c="dimmed">
                {[day(transaction.value_date), transaction.reference].filter(Boolean).join(" · ")}
              </Text>
            </Box>
            <Text size="sm" className="number" fw={500}>
              {money(
                transaction.kind === "refund" ? -transaction.amount : transaction.amount,
                transaction.currency,
              )}
            </Text>
          </Group>
        ))}
      </Stack>
      {recording ? (
        <TransactionDrawer kind={recording} order={order} onClose={() => setRecording(null)} />
      ) : null}
    </Paper>
  )
}
