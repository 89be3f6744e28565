import { Anchor, Badge } from "@mantine/core"
import { IconPlus } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { useSearchParams } from "react-router"
import type { Product } from "@/api/generated/schema"
import { useList } from "@/api/read"
import { ago, money, percent } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { wordsOf } from "@/lib/useWord"
import { ExportButton } from "@/lists/ExportButton"
import { type FiltersOf, useListFilters } from "@/lists/filters"
import { ListFilters } from "@/lists/ListFilters"
import { ListTable } from "@/lists/ListTable"
import { ActionButton } from "@/ui/ActionButton"
import type { Column } from "@/ui/DataTable"
import { Page } from "@/ui/Page"
import { ProductDrawer } from "./ProductDrawer"

const PRODUCT_FILTERS = {
  q: { control: "search", label: "products:search" },
  active: {
    control: "choice",
    label: "products:which",
    options: wordsOf("products:actives", ["true", "false"]),
    standard: { value: "true", all: "products:actives.all" },
    width: 170,
  },
  sort: {
    control: "sort",
    label: "products:sort",
    options: wordsOf("products:sorts", ["sku", "name", "-updated_at"]),
    standard: "sku",
  },
} as const satisfies FiltersOf<"/api/v1/products">

/** The catalogue. Which product is open stands in the address as `product`. */
export function Component() {
  const { t } = useTranslation("products")
  const manager = useNeeds("manager")
  const filters = useListFilters<"/api/v1/products">(PRODUCT_FILTERS)
  const [params, setParams] = useSearchParams()
  const shown = params.get("product")
  const show = (id: string | null) =>
    setParams((before) => {
      const after = new URLSearchParams(before)
      if (id) after.set("product", id)
      else after.delete("product")
      return after
    })
  const list = useList("/api/v1/products", { query: filters.query })
  const columns = useColumns(show)
  const newProduct = (
    <ActionButton leftSection={<IconPlus size={16} />} disabledReason={manager} onClick={() => show("new")}>
      {t("new")}
    </ActionButton>
  )
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <ExportButton path="/api/v1/products.csv" query={filters.query} />
          {newProduct}
        </>
      }
    >
      <ListFilters filters={filters} />
      <ListTable
        label={t("title")}
        list={list}
        columns={columns}
        onOpen={(product) => show(product.id)}
        filters={filters}
        empty={{ title: t("empty"), hint: t("empty_hint"), action: newProduct }}
      />
      {shown ? <ProductDrawer key={shown} id={shown} onClose={() => show(null)} /> : null}
    </Page>
  )
}

function useColumns(show: (id: string) => void): Column<Product>[] {
  const { t } = useTranslation("products")
  const common = useTranslation().t
  return [
    {
      key: "sku",
      header: t("fields.sku"),
      width: "130px",
      hideOnPhone: true,
      cell: (product) => product.sku,
    },
    {
      key: "name",
      header: common("fields.name"),
      width: "minmax(0, 3fr)",
      cell: (product) => (
        <>
          <Anchor component="button" type="button" size="sm" fw={500} onClick={() => show(product.id)}>
            {product.name}
          </Anchor>
          {product.active ? null : (
            <Badge variant="light" color="gray" tt="none" radius="sm" ml="xs">
              {t("archived_state")}
            </Badge>
          )}
        </>
      ),
    },
    {
      key: "unit",
      header: t("fields.unit"),
      width: "100px",
      hideOnPhone: true,
      cell: (product) => product.unit,
    },
    {
      key: "price",
      header: t("fields.price"),
      width: "110px",
      alignRight: true,
      cell: (product) => money(product.price, product.currency),
    },
    {
      key: "vat",
      header: t("fields.vat_rate"),
      width: "90px",
      alignRight: true,
      hideOnPhone: true,
      cell: (product) => percent(product.vat_rate),
    },
    {
      key: "updated",
      header: common("fields.updated"),
      width: "150px",
      hideOnPhone: true,
      cell: (product) => ago(product.updated_at),
    },
  ]
}
