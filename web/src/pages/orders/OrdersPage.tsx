import { Anchor, Badge, Button, MultiSelect, NativeSelect, Text } from "@mantine/core"
import { IconDownload, IconPlus } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import { api, data, download } from "@/api/client"
import type { Order } from "@/api/generated/schema"
import { useContactNames } from "@/api/useContactNames"
import { useList } from "@/api/useList"
import { useSettings } from "@/api/useSettings"
import { day, moment, money } from "@/lib/format"
import { useMay } from "@/lib/may"
import { useFilters } from "@/lib/useFilters"
import { useTellFailure, useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { type Column, DataTable } from "@/ui/DataTable"
import { FilterBar } from "@/ui/FilterBar"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"
import { Empty, Failed } from "@/ui/States"
import { isLate, owesOrHas } from "./due"
import { MoreFilters } from "./MoreFilters"
import { OrderViews } from "./OrderViews"
import { asQuery, FILTERS, type Filters } from "./orderFilters"

const STATES = ["draft", "confirmed", "fulfilled", "closed", "cancelled"] as const
const PAYMENTS = ["unpaid", "partially_paid", "paid", "overpaid", "refunded"] as const
const SORTS = ["-ordered_at", "ordered_at", "number", "-total", "total", "due_on", "-updated_at"] as const

export function Component() {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const navigate = useNavigate()
  const { filters, set, clear, any } = useFilters(FILTERS)
  const settings = useSettings()
  const tell = useTellFailure()
  const clerk = useMay("clerk")
  const query = asQuery(filters, filters.currency ?? settings.data?.default_currency ?? "EUR")
  const list = useList(["orders", "list", query], (cursor, signal) =>
    data(
      api.GET("/api/v1/orders", {
        // The address holds texts, which the API takes as they are.
        params: { query: { ...(query as object), limit: 100, ...(cursor ? { cursor } : {}) } },
        signal,
      }),
    ),
  )
  const failed = useWhy(list.error)
  const columns = useColumns(list.rows)
  const name = useContactNames(filters.contact_id ? [filters.contact_id] : [])
  const why = clerk ? null : common("need_role", { role: common("roles.clerk") })
  const choose = (view: Filters) =>
    set(Object.fromEntries(FILTERS.map((filter) => [filter, view[filter] ?? null])))
  const chosen = (filter: "contact_id" | "tag", label: string) => (
    <Badge
      variant="light"
      tt="none"
      size="lg"
      component="button"
      aria-label={t("filters.drop", { name: label })}
      onClick={() => set({ [filter]: null })}
    >
      {label} ×
    </Badge>
  )
  const fresh = (
    <ActionButton leftSection={<IconPlus size={16} />} why={why} onClick={() => navigate(paths.newOrder)}>
      {common("new_order")}
    </ActionButton>
  )
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => download(`/api/v1/orders.csv?${new URLSearchParams(query)}`).catch(tell)}
          >
            {t("export")}
          </Button>
          {fresh}
        </>
      }
    >
      <OrderViews filters={filters} onChoose={choose} />
      <FilterBar search={filters.q ?? ""} onSearch={(q) => set({ q })} label={t("search")}>
        <MultiSelect
          aria-label={common("fields.state")}
          placeholder={filters.state ? "" : common("fields.state")}
          clearable
          w={170}
          value={filters.state?.split(",") ?? []}
          onChange={(states) => set({ state: states.join(",") })}
          data={STATES.map((state) => ({
            value: state,
            label: common(`states:order.${state}` as never) as string,
          }))}
        />
        <MultiSelect
          aria-label={t("fields.payment")}
          placeholder={filters.payment_status ? "" : t("fields.payment")}
          clearable
          w={170}
          value={filters.payment_status?.split(",") ?? []}
          onChange={(states) => set({ payment_status: states.join(",") })}
          data={PAYMENTS.map((state) => ({
            value: state,
            label: common(`states:payment.${state}` as never) as string,
          }))}
        />
        <Button
          variant={filters.late ? "light" : "default"}
          color={filters.late ? "var(--mantine-color-error)" : undefined}
          aria-pressed={Boolean(filters.late)}
          onClick={() => set({ late: filters.late ? null : "true" })}
        >
          {t("late")}
        </Button>
        <MoreFilters filters={filters} set={set} />
        <NativeSelect
          aria-label={t("sort.label")}
          title={filters.q ? t("sort.search") : undefined}
          disabled={Boolean(filters.q)}
          value={filters.sort ?? "-ordered_at"}
          onChange={(event) =>
            set({ sort: event.currentTarget.value === "-ordered_at" ? null : event.currentTarget.value })
          }
          data={SORTS.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
        />
        {filters.contact_id ? chosen("contact_id", name(filters.contact_id) ?? "…") : null}
        {filters.tag ? chosen("tag", filters.tag) : null}
      </FilterBar>
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={list.rows}
          rowKey={(order) => order.id}
          open={(order) => navigate(paths.order(order.id))}
          loading={list.loading}
          more={list.more}
          readMore={list.readMore}
          height="calc(100dvh - 270px)"
          empty={
            any ? (
              <Empty
                title={common("empty.filtered")}
                hint={common("empty.filtered_hint")}
                action={
                  <Button variant="default" onClick={clear}>
                    {common("empty.clear")}
                  </Button>
                }
              />
            ) : (
              <Empty title={t("empty")} hint={t("empty_hint")} action={fresh} />
            )
          }
        />
      )}
    </Page>
  )
}

function useColumns(rows: Order[]): Column<Order>[] {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const name = useContactNames(rows.map((order) => order.contact_id))
  return [
    {
      key: "number",
      header: t("fields.number"),
      width: "92px",
      phone: "64px",
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
      phone: "minmax(0, 1fr)",
      cell: (order) => name(order.contact_id) ?? "…",
    },
    {
      key: "ordered",
      header: t("fields.ordered"),
      width: "150px",
      wide: true,
      cell: (order) => moment(order.ordered_at),
    },
    {
      key: "reference",
      header: t("fields.reference"),
      wide: true,
      cell: (order) => order.reference,
    },
    {
      key: "due",
      header: t("fields.due"),
      width: "110px",
      wide: true,
      cell: (order) =>
        order.due_on ? (
          <Text
            span
            size="sm"
            c={isLate(order) ? "var(--mantine-color-error)" : undefined}
            fw={isLate(order) ? 600 : undefined}
            title={isLate(order) ? t("late") : undefined}
          >
            {day(order.due_on)}
          </Text>
        ) : null,
    },
    {
      key: "state",
      header: common("fields.state"),
      width: "104px",
      wide: true,
      cell: (order) => <StateBadge of="order" state={order.state} />,
    },
    {
      key: "payment",
      header: t("fields.payment"),
      width: "112px",
      wide: true,
      cell: (order) => (owesOrHas(order) ? <StateBadge of="payment" state={order.payment_status} /> : null),
    },
    {
      key: "total",
      header: common("fields.total"),
      width: "112px",
      phone: "96px",
      right: true,
      cell: (order) => money(order.total, order.currency),
    },
  ]
}
