import { Anchor, Button, Group, MultiSelect, Select, Stack, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import { api, data } from "@/api/client"
import type { Transaction } from "@/api/generated/schema"
import { useContactNames } from "@/api/useContactNames"
import { useList } from "@/api/useList"
import { day, money } from "@/lib/format"
import { useFilters } from "@/lib/useFilters"
import { useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { type Column, DataTable } from "@/ui/DataTable"
import { DateFilter } from "@/ui/DateFilter"
import { FilterBar } from "@/ui/FilterBar"
import { StateBadge } from "@/ui/StateBadge"
import { Empty, Failed } from "@/ui/States"
import { METHODS } from "./methods"
import { SettleButton } from "./SettleButton"
import { useOrders } from "./useOrders"

export const FILTERS = ["reference", "kind", "state", "method", "value_from", "value_to"] as const
const STATES = ["pending", "succeeded", "failed", "cancelled"] as const

export function TransactionList() {
  const { t } = useTranslation("transactions")
  const common = useTranslation().t
  const navigate = useNavigate()
  const { filters, set, any } = useFilters(FILTERS)
  const list = useList(["transactions", "list", filters], (cursor, signal) =>
    data(
      api.GET("/api/v1/transactions", {
        // The address holds texts, which the API takes as they are.
        params: { query: { ...(filters as object), limit: 100, ...(cursor ? { cursor } : {}) } },
        signal,
      }),
    ),
  )
  const failed = useWhy(list.error)
  const columns = useColumns(list.rows)
  const date = (bound: "from" | "to") => (
    <DateFilter
      bound={bound}
      label={t(`filters.value_${bound}`)}
      value={filters[`value_${bound}`] ?? ""}
      onChange={(day) => set({ [`value_${bound}`]: day })}
    />
  )
  return (
    <Stack gap="md">
      <FilterBar
        search={filters.reference ?? ""}
        onSearch={(reference) => set({ reference })}
        label={t("filters.reference")}
      >
        <Select
          aria-label={t("fields.kind")}
          placeholder={t("fields.kind")}
          clearable
          w={140}
          value={filters.kind ?? null}
          onChange={(kind) => set({ kind })}
          data={(["payment", "refund"] as const).map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
        />
        <MultiSelect
          aria-label={common("fields.state")}
          placeholder={filters.state ? "" : common("fields.state")}
          clearable
          miw={150}
          value={filters.state?.split(",") ?? []}
          onChange={(states) => set({ state: states.join(",") })}
          data={STATES.map((state) => ({
            value: state,
            label: common(`states:transaction.${state}` as never) as string,
          }))}
        />
        <Select
          aria-label={t("fields.method")}
          placeholder={t("fields.method")}
          clearable
          w={160}
          value={filters.method ?? null}
          onChange={(method) => set({ method })}
          data={METHODS.map((method) => ({ value: method, label: t(`methods.${method}`) }))}
        />
        {date("from")}
        {date("to")}
      </FilterBar>
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={list.rows}
          rowKey={(transaction) => transaction.id}
          open={(transaction) => navigate(paths.order(transaction.order_id))}
          loading={list.loading}
          more={list.more}
          readMore={list.readMore}
          height="calc(100dvh - 290px)"
          empty={
            any ? (
              <Empty
                title={common("empty.filtered")}
                hint={common("empty.filtered_hint")}
                action={
                  <Button
                    variant="default"
                    onClick={() => set(Object.fromEntries(FILTERS.map((name) => [name, null])))}
                  >
                    {common("empty.clear")}
                  </Button>
                }
              />
            ) : (
              <Empty title={t("empty")} hint={t("empty_hint")} />
            )
          }
        />
      )}
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
      phone: "92px",
      cell: (transaction) => day(transaction.value_date),
    },
    {
      key: "order",
      header: t("fields.order"),
      width: "100px",
      phone: "64px",
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
      wide: true,
      cell: ({ order_id }) => {
        const found = order(order_id)
        return found ? (name(found.contact_id) ?? "…") : "…"
      },
    },
    {
      key: "kind",
      header: t("fields.kind"),
      wide: true,
      cell: (transaction) => t(`kinds.${transaction.kind}`),
    },
    {
      key: "method",
      header: t("fields.method"),
      wide: true,
      cell: (transaction) => t(`methods.${transaction.method}`),
    },
    { key: "reference", header: t("fields.reference"), wide: true, cell: ({ reference }) => reference },
    {
      key: "state",
      header: common("fields.state"),
      width: "180px",
      wide: true,
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
      phone: "minmax(0, 1fr)",
      right: true,
      cell: ({ kind, amount, currency, state }) => (
        <Text span size="sm" td={state === "failed" || state === "cancelled" ? "line-through" : undefined}>
          {money(kind === "refund" ? -amount : amount, currency)}
        </Text>
      ),
    },
  ]
}
