import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { useNavigate, useSearchParams } from "react-router"
import { api, data } from "@/api/client"
import { queries } from "@/api/queries"
import { useSettings } from "@/api/useSettings"
import { useMay } from "@/lib/may"
import { useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { Page } from "@/ui/Page"
import { Empty, Failed, LoadingRows } from "@/ui/States"
import { OrderForm } from "./OrderForm"
import { emptyOrder, type OrderValues, orderInput, orderValues } from "./orderForm"

/** `?contact=` begins with this contact, `?from=` with what another order says. */
export function Component() {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const clerk = useMay("clerk")
  const settings = useSettings()
  const [from, contact] = [params.get("from"), params.get("contact")]
  const begun = useQuery({
    queryKey: ["orders", "begun", from, contact],
    enabled: settings.data !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<OrderValues> => {
      const rate = settings.data?.default_vat_rate ?? settings.data?.vat_rates[0]?.rate ?? "0"
      const empty = emptyOrder(settings.data?.default_currency ?? "EUR", rate)
      if (from) {
        const order = await data(api.GET("/api/v1/orders/{id}", { params: { path: { id: from } } }))
        const values = orderValues(order, await nameOf(order.contact_id))
        // What belongs to the order that stands is not repeated.
        return {
          ...empty,
          contact: values.contact,
          currency: values.currency,
          tags: values.tags,
          lines: values.lines,
        }
      }
      return contact ? { ...empty, contact: { id: contact, name: await nameOf(contact) } } : empty
    },
  })
  const failed = useWhy(settings.error ?? begun.error)
  const save = async (values: OrderValues, key: string) => {
    const order = await data(
      api.POST("/api/v1/orders", {
        params: { header: { "Idempotency-Key": key } },
        body: orderInput(values),
      }),
    )
    queries.setQueryData(["orders", order.id], order)
    void queries.invalidateQueries({ queryKey: ["orders"] })
    navigate(paths.order(order.id))
  }
  return (
    <Page title={from ? t("form.duplicate") : common("new_order")}>
      {!clerk ? (
        <Empty title={common("need_role", { role: common("roles.clerk") })} />
      ) : settings.error || begun.error ? (
        <Failed {...failed} retry={() => void (settings.error ? settings.refetch() : begun.refetch())} />
      ) : settings.data && begun.data ? (
        <OrderForm
          key={`${from}${contact}`}
          draft={from ? `from-${from}` : contact ? `for-${contact}` : "new"}
          initial={begun.data}
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
