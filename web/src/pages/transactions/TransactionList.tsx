import { Anchor, Group, Stack, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import type { Transaction } from "@/api/generated/schema"
import { useList } from "@/api/read"
import { useContactNames } from "@/api/useContactNames"
import { day, money } from "@/lib/format"
import { useListFilters } from "@/lists/filters"
import { ListFilters } from "@/lists/ListFilters"
import { ListTable } from "@/lists/ListTable"
import { paths } from "@/paths"
import type { Column } from "@/ui/DataTable"
import { StateBadge } from "@/ui/StateBadge"
import { SettleButton } from "./SettleButton"
import { TRANSACTION_FILTERS } from "./transactionFilters"
import { useOrders } from "./useOrders"

/** All transactions, filtered by the address. */
export function TransactionList() {
  const { t } = useTranslation("transactions")
  const navigate = useNavigate()
  const filters = useListFilters<"/api/v1/transactions">(TRANSACTION_FILTERS)
  const list = useList("/api/v1/transactions", { query: filters.query })
  const columns = useColumns(list.rows)
  return (
    <Stack gap="md">
      <ListFilters filters={filters} />
      <ListTable
        label={t("title")}
        list={list}
        columns={columns}
        onOpen={(transaction) => navigate(paths.order(transaction.order_id))}
        height="calc(100dvh - 290px)"
        filters={filters}
        empty={{ title: t("empty"), hint: t("empty_hint") }}
      />
    </Stack>
  )
}

function useColumns(rows: Transaction[]): Column<Transaction>[] {
  const { t } = useTranslation("transactions")
  const common = useTranslation().t
  const order = useOrders(rows.map((transaction) => transaction.order_id))
  const name = useContactNames(rows.flatMap(({ order_id }) => order(order_id)?.contact_id ?? []))
  return [
    {
      key: "date",
      header: t("fields.value_date"),
      width: "116px",
      phoneWidth: "92px",
      cell: (transaction) => day(transaction.value_date),
    },
    {
      key: "order",
      header: t("fields.order"),
      width: "100px",
      phoneWidth: "64px",
      cell: ({ order_id }) => (
        <Anchor component={Link} to={paths.order(order_id)} size="sm" fw={500}>
          {order(order_id)?.number ?? "…"}
        </Anchor>
      ),
    },
    {
      key: "contact",
      header: t("fields.contact"),
      width: "minmax(0, 2fr)",
      hideOnPhone: true,
      cell: ({ order_id }) => {
        const found = order(order_id)
        return found ? (name(found.contact_id) ?? "…") : "…"
      },
    },
    {
      key: "kind",
      header: t("fields.kind"),
      hideOnPhone: true,
      cell: (transaction) => t(`kinds.${transaction.kind}`),
    },
    {
      key: "method",
      header: t("fields.method"),
      hideOnPhone: true,
      cell: (transaction) => t(`methods.${transaction.method}`),
    },
    {
      key: "reference",
      header: t("fields.reference"),
      hideOnPhone: true,
      cell: ({ reference }) => reference,
    },
    {
      key: "state",
      header: common("fields.state"),
      width: "180px",
      hideOnPhone: true,
      cell: (transaction) => (
        <Group gap={6} wrap="nowrap">
          <StateBadge of="transaction" state={transaction.state} />
          <SettleButton transaction={transaction} />
        </Group>
      ),
    },
    {
      key: "amount",
      header: t("fields.amount"),
      width: "120px",
      phoneWidth: "minmax(0, 1fr)",
      alignRight: true,
      cell: ({ kind, amount, currency, state }) => (
        <Text span size="sm" td={state === "failed" || state === "cancelled" ? "line-through" : undefined}>
          {money(kind === "refund" ? -amount : amount, currency)}
        </Text>
      ),
    },
  ]
}
