import { Anchor } from "@mantine/core"
import { IconPlus } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import type { Order } from "@/api/generated/schema"
import { useList } from "@/api/read"
import { useContactNames } from "@/api/useContactNames"
import { useSettings } from "@/api/useSettings"
import { money } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { useWord } from "@/lib/useWord"
import { ExportButton } from "@/lists/ExportButton"
import { useListFilters } from "@/lists/filters"
import { ListFilters } from "@/lists/ListFilters"
import { ListTable } from "@/lists/ListTable"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import type { Column } from "@/ui/DataTable"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"
import { DueDay } from "./DueDay"
import { hasPaymentStatus } from "./due"
import { OrderViews } from "./OrderViews"
import { PLAIN_FIELDS, type PlainField, plainText } from "./orderFields"
import { filtersOfView, ORDER_FILTERS } from "./orderFilters"

export function Component() {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const navigate = useNavigate()
  const settings = useSettings()
  const filters = useListFilters<"/api/v1/orders">(ORDER_FILTERS, settings.data?.default_currency)
  const list = useList("/api/v1/orders", { query: filters.query })
  const columns = useColumns(list.rows)
  const { contact_id } = filters.values
  const name = useContactNames(contact_id ? [contact_id] : [])
  const clerk = useNeeds("clerk")
  const newOrder = (
    <ActionButton
      leftSection={<IconPlus size={16} />}
      disabledReason={clerk}
      onClick={() => navigate(paths.newOrder)}
    >
      {common("new_order")}
    </ActionButton>
  )
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <ExportButton path="/api/v1/orders.csv" query={filters.query} />
          {newOrder}
        </>
      }
    >
      <OrderViews filters={filters.values} onChoose={(view) => filters.set(filtersOfView(view))} />
      <ListFilters filters={filters} chips={contact_id ? { contact_id: name(contact_id) ?? "…" } : {}} />
      <ListTable
        label={t("title")}
        list={list}
        columns={columns}
        onOpen={(order) => navigate(paths.order(order.id))}
        height="calc(100dvh - 270px)"
        filters={filters}
        empty={{ title: t("empty"), hint: t("empty_hint"), action: newOrder }}
      />
    </Page>
  )
}

function useColumns(rows: Order[]): Column<Order>[] {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const word = useWord()
  const name = useContactNames(rows.map((order) => order.contact_id))
  const fields = PLAIN_FIELDS.flatMap(([key, { kind, label, column }]): Column<Order>[] => {
    if (!column) return []
    const cell = (order: Order) => plainText(kind, order[key])
    return [{ key, header: word(label), width: column, hideOnPhone: true, cell: CELLS[key] ?? cell }]
  })
  return [
    {
      key: "number",
      header: t("fields.number"),
      width: "92px",
      phoneWidth: "64px",
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
      phoneWidth: "minmax(0, 1fr)",
      cell: (order) => name(order.contact_id) ?? "…",
    },
    ...fields,
    {
      key: "state",
      header: common("fields.state"),
      width: "104px",
      hideOnPhone: true,
      cell: (order) => <StateBadge of="order" state={order.state} />,
    },
    {
      key: "payment",
      header: t("fields.payment"),
      width: "112px",
      hideOnPhone: true,
      cell: (order) =>
        hasPaymentStatus(order) ? <StateBadge of="payment" state={order.payment_status} /> : null,
    },
    {
      key: "total",
      header: common("fields.total"),
      width: "112px",
      phoneWidth: "96px",
      alignRight: true,
      cell: (order) => money(order.total, order.currency),
    },
  ]
}

/** Cells that show more than the value of their field. */
const CELLS: Partial<Record<PlainField, (order: Order) => ReactNode>> = {
  due_on: (order) => <DueDay order={order} />,
}
