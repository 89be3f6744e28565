import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { useNavigate, useSearchParams } from "react-router"
import { api, data } from "@/api/client"
import { useSettings } from "@/api/useSettings"
import { useErrorText } from "@/lib/errors"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { Page } from "@/ui/Page"
import { Empty, Failed, LoadingRows } from "@/ui/States"
import { OrderForm } from "./OrderForm"
import type { OrderValues } from "./orderFields"
import { duplicateOf, emptyOrder, orderInput, orderValues } from "./orderForm"
import { storeOrder } from "./storeOrder"

/** The screen of a new order. `?contact=` fills in a contact, `?from=` duplicates an order. */
export function Component() {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const clerk = useNeeds("clerk")
  const settings = useSettings()
  const [from, contact] = [params.get("from"), params.get("contact")]
  const loaded = useQuery({
    queryKey: ["order-new", from, contact],
    enabled: settings.data !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<OrderValues> => {
      const rate = settings.data?.default_vat_rate ?? settings.data?.vat_rates[0]?.rate ?? "0"
      const empty = emptyOrder(settings.data?.default_currency ?? "EUR", rate)
      if (from) {
        const order = await data(api.GET("/api/v1/orders/{id}", { params: { path: { id: from } } }))
        const values = orderValues(order, await nameOf(order.contact_id))
        return duplicateOf(values, empty)
      }
      return contact ? { ...empty, contact_id: { id: contact, name: await nameOf(contact) } } : empty
    },
  })
  const failed = useErrorText(settings.error ?? loaded.error)
  const save = async (values: OrderValues, key: string) => {
    const order = await data(
      api.POST("/api/v1/orders", {
        params: { header: { "Idempotency-Key": key } },
        body: orderInput(values),
      }),
    )
    storeOrder(order)
    navigate(paths.order(order.id))
  }
  return (
    <Page title={from ? t("form.duplicate") : common("new_order")}>
      {clerk ? (
        <Empty title={clerk} />
      ) : settings.error || loaded.error ? (
        <Failed {...failed} retry={() => void (settings.error ? settings.refetch() : loaded.refetch())} />
      ) : settings.data && loaded.data ? (
        <OrderForm
          key={`${from}${contact}`}
          draft={from ? `from-${from}` : contact ? `for-${contact}` : "new"}
          initial={loaded.data}
          settings={settings.data}
          save={save}
          onCancel={() => navigate(-1)}
        />
      ) : (
        <LoadingRows />
      )}
    </Page>
  )
}

async function nameOf(id: string): Promise<string> {
  return (await data(api.GET("/api/v1/contacts/{id}", { params: { path: { id } } }))).name
}
