import { Anchor, Stack, Text, VisuallyHidden } from "@mantine/core"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import { api, data } from "@/api/client"
import type { Order } from "@/api/generated/schema"
import { useContactNames } from "@/api/useContactNames"
import { useList } from "@/api/useList"
import { day, money } from "@/lib/format"
import { useMay } from "@/lib/may"
import { useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { type Column, DataTable } from "@/ui/DataTable"
import { Empty, Failed } from "@/ui/States"
import { isLate, remaining } from "../orders/due"
import { TransactionDrawer } from "./TransactionDrawer"

/** Orders that are not paid in full, those that are due first at the top. */
export function DueList() {
  const { t } = useTranslation("transactions")
  const common = useTranslation().t
  const navigate = useNavigate()
  const clerk = useMay("clerk")
  const [paying, setPaying] = useState<Order | null>(null)
  const list = useList(["orders", "list", "due"], (cursor, signal) =>
    data(
      api.GET("/api/v1/orders", {
        params: {
          query: {
            state: ["confirmed", "fulfilled", "closed"],
            payment_status: ["unpaid", "partially_paid"],
            sort: "due_on",
            limit: 100,
            ...(cursor ? { cursor } : {}),
          },
        },
        signal,
      }),
    ),
  )
  const failed = useWhy(list.error)
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
      wide: true,
      cell: (order) => name(order.contact_id) ?? "…",
    },
    {
      key: "due",
      header: t("fields.due"),
      width: "130px",
      cell: (order) => (
        <Text
          span
          size="sm"
          c={isLate(order) ? "var(--mantine-color-error)" : undefined}
          fw={isLate(order) ? 600 : undefined}
        >
          {order.due_on ? day(order.due_on) : "–"}
          {isLate(order) ? <VisuallyHidden> {t("late")}</VisuallyHidden> : null}
        </Text>
      ),
    },
    {
      key: "total",
      header: common("fields.total"),
      width: "120px",
      right: true,
      wide: true,
      cell: (order) => money(order.total, order.currency),
    },
    {
      key: "rest",
      header: t("fields.remaining"),
      width: "120px",
      right: true,
      cell: (order) => money(remaining(order), order.currency),
    },
    {
      key: "pay",
      header: "",
      width: "150px",
      right: true,
      wide: true,
      cell: (order) => (
        <ActionButton
          size="compact-xs"
          variant="default"
          why={clerk ? null : common("need_role", { role: common("roles.clerk") })}
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
            sum: `${[...sums].map(([currency, sum]) => money(sum, currency)).join(" + ")}${list.more ? " +" : ""}`,
          })}
        </Text>
      ) : null}
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("tabs.due")}
          columns={columns}
          rows={list.rows}
          rowKey={(order) => order.id}
          open={(order) => navigate(paths.order(order.id))}
          loading={list.loading}
          more={list.more}
          readMore={list.readMore}
          height="calc(100dvh - 280px)"
          empty={<Empty title={t("due.empty")} hint={t("due.empty_hint")} />}
        />
      )}
      {paying ? <TransactionDrawer kind="payment" order={paying} onClose={() => setPaying(null)} /> : null}
    </Stack>
  )
}
