import { Anchor, Badge, Button, Select } from "@mantine/core"
import { IconDownload, IconPlus } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { useSearchParams } from "react-router"
import { api, data, download } from "@/api/client"
import type { Product } from "@/api/generated/schema"
import { useList } from "@/api/useList"
import { ago, money, percent } from "@/lib/format"
import { useMay } from "@/lib/may"
import { useFilters } from "@/lib/useFilters"
import { useTellFailure, useWhy } from "@/lib/why"
import { ActionButton } from "@/ui/ActionButton"
import { type Column, DataTable } from "@/ui/DataTable"
import { FilterBar } from "@/ui/FilterBar"
import { Page } from "@/ui/Page"
import { Empty, Failed } from "@/ui/States"
import { ProductDrawer } from "./ProductDrawer"

const FILTERS = ["q", "active", "sort"] as const

/** The catalogue. Which product is open stands in the address as `product`. */
export function Component() {
  const { t } = useTranslation("products")
  const common = useTranslation().t
  const manager = useMay("manager")
  const tell = useTellFailure()
  const { filters, set, clear } = useFilters(FILTERS)
  const [params, setParams] = useSearchParams()
  const shown = params.get("product")
  const show = (id: string | null) =>
    setParams((before) => {
      const after = new URLSearchParams(before)
      if (id) after.set("product", id)
      else after.delete("product")
      return after
    })
  // Without a word, what is sold; `all` takes the filter away.
  const active = filters.active ?? "true"
  const sort = filters.q ? undefined : (filters.sort as "sku" | "name" | "-updated_at" | undefined)
  const query = {
    ...(filters.q ? { q: filters.q } : {}),
    ...(active === "all" ? {} : { active: active === "true" }),
    ...(sort ? { sort } : {}),
  }
  const list = useList(["products", "list", query], (cursor, signal) =>
    data(
      api.GET("/api/v1/products", {
        params: { query: { ...query, limit: 100, ...(cursor ? { cursor } : {}) } },
        signal,
      }),
    ),
  )
  const failed = useWhy(list.error)
  const columns = useColumns(show)
  const need = manager ? null : common("need_role", { role: common("roles.manager") })
  const add = (
    <ActionButton leftSection={<IconPlus size={16} />} why={need} onClick={() => show("new")}>
      {t("new")}
    </ActionButton>
  )
  const csv = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => download(`/api/v1/products.csv?${csv}`).catch(tell)}
          >
            {t("export")}
          </Button>
          {add}
        </>
      }
    >
      <FilterBar search={filters.q ?? ""} onSearch={(q) => set({ q })} label={t("search")}>
        <Select
          aria-label={t("which")}
          w={170}
          allowDeselect={false}
          value={active}
          onChange={(active) => set({ active: active === "true" ? null : active })}
          data={(["true", "false", "all"] as const).map((value) => ({
            value,
            label: t(`actives.${value}`),
          }))}
        />
        {filters.q ? null : (
          <Select
            aria-label={t("sort")}
            w={190}
            allowDeselect={false}
            value={filters.sort ?? "sku"}
            onChange={(sort) => set({ sort: sort === "sku" ? null : sort })}
            data={(["sku", "name", "-updated_at"] as const).map((value) => ({
              value,
              label: t(`sorts.${value}`),
            }))}
          />
        )}
      </FilterBar>
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={list.rows}
          rowKey={(product) => product.id}
          open={(product) => show(product.id)}
          loading={list.loading}
          more={list.more}
          readMore={list.readMore}
          empty={
            filters.q || filters.active ? (
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
              <Empty title={t("empty")} hint={t("empty_hint")} action={add} />
            )
          }
        />
      )}
      {shown ? <ProductDrawer key={shown} id={shown} onClose={() => show(null)} /> : null}
    </Page>
  )
}

function useColumns(show: (id: string) => void): Column<Product>[] {
  const { t } = useTranslation("products")
  const common = useTranslation().t
  return [
    { key: "sku", header: t("fields.sku"), width: "130px", wide: true, cell: (product) => product.sku },
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
    { key: "unit", header: t("fields.unit"), width: "100px", wide: true, cell: (product) => product.unit },
    {
      key: "price",
      header: t("fields.price"),
      width: "110px",
      right: true,
      cell: (product) => money(product.price, product.currency),
    },
    {
      key: "vat",
      header: t("fields.vat_rate"),
      width: "90px",
      right: true,
      wide: true,
      cell: (product) => percent(product.vat_rate),
    },
    {
      key: "updated",
      header: common("fields.updated"),
      width: "150px",
      wide: true,
      cell: (product) => ago(product.updated_at),
    },
  ]
}
