import { Anchor, Stack, Text } from "@mantine/core"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import type { Order } from "@/api/generated/schema"
import { useList } from "@/api/read"
import { useContactNames } from "@/api/useContactNames"
import { money } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { ListTable } from "@/lists/ListTable"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import type { Column } from "@/ui/DataTable"
import { DueDay } from "../orders/DueDay"
import { remaining } from "../orders/due"
import { TransactionDrawer } from "./TransactionDrawer"

/** The orders that are not paid in full, by their due day. */
export function DueList() {
  const { t } = useTranslation("transactions")
  const common = useTranslation().t
  const navigate = useNavigate()
  const clerk = useNeeds("clerk")
  const [paying, setPaying] = useState<Order | null>(null)
  const list = useList("/api/v1/orders", {
    query: {
      state: ["confirmed", "fulfilled", "closed"],
      payment_status: ["unpaid", "partially_paid"],
      sort: "due_on",
    },
  })
  const name = useContactNames(list.rows.map((order) => order.contact_id))
  const sums = new Map<string, number>()
  for (const order of list.rows) sums.set(order.currency, (sums.get(order.currency) ?? 0) + remaining(order))
  const columns: Column<Order>[] = [
    {
      key: "number",
      header: t("fields.order"),
      width: "92px",
      cell: (order) => (
        <Anchor component={Link} to={paths.order(order.id)} size="sm" fw={500}>
          {order.number}
        </Anchor>
      ),
    },
    {
      key: "contact",
      header: t("fields.contact"),
      width: "minmax(0, 2fr)",
      hideOnPhone: true,
      cell: (order) => name(order.contact_id) ?? "…",
    },
    {
      key: "due",
      header: t("fields.due"),
      width: "130px",
      cell: (order) => <DueDay order={order} />,
    },
    {
      key: "total",
      header: common("fields.total"),
      width: "120px",
      alignRight: true,
      hideOnPhone: true,
      cell: (order) => money(order.total, order.currency),
    },
    {
      key: "rest",
      header: t("fields.remaining"),
      width: "120px",
      alignRight: true,
      cell: (order) => money(remaining(order), order.currency),
    },
    {
      key: "pay",
      header: "",
      width: "150px",
      alignRight: true,
      hideOnPhone: true,
      cell: (order) => (
        <ActionButton
          size="compact-xs"
          variant="default"
          disabledReason={clerk}
          onClick={() => setPaying(order)}
        >
          {t("record.payment")}
        </ActionButton>
      ),
    },
  ]
  return (
    <Stack gap="sm">
      {list.rows.length > 0 ? (
        <Text size="sm">
          {t("due.sum", {
            sum: `${[...sums].map(([currency, sum]) => money(sum, currency)).join(" + ")}${list.hasMore ? " +" : ""}`,
          })}
        </Text>
      ) : null}
      <ListTable
        label={t("tabs.due")}
        list={list}
        columns={columns}
        onOpen={(order) => navigate(paths.order(order.id))}
        height="calc(100dvh - 280px)"
        empty={{ title: t("due.empty"), hint: t("due.empty_hint") }}
      />
      {paying ? <TransactionDrawer kind="payment" order={paying} onClose={() => setPaying(null)} /> : null}
    </Stack>
  )
}
