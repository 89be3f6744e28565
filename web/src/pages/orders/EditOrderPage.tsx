import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate, useParams } from "react-router"
import { api, data, ifMatch } from "@/api/client"
import type { Order } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { queries } from "@/api/queries"
import { useSettings } from "@/api/useSettings"
import { useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { Conflict } from "@/ui/Conflict"
import { Page } from "@/ui/Page"
import { Empty, Failed, LoadingRows } from "@/ui/States"
import { OrderForm } from "./OrderForm"
import { conflictFields, saysTheSame, settled } from "./orderConflict"
import { type OrderValues, orderInput, orderValues } from "./orderForm"

type Clash = {
  mine: OrderValues
  base: OrderValues | null
  current: Order
  theirs: OrderValues
  done: () => void
  failed: (error: unknown) => void
}

export function Component() {
  const { id = "" } = useParams()
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const navigate = useNavigate()
  const settings = useSettings()
  const [clash, setClash] = useState<Clash | null>(null)
  // Read once: what others change meanwhile comes to light when it is saved.
  const begun = useQuery({
    queryKey: ["order-edit", id],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const order = await data(api.GET("/api/v1/orders/{id}", { params: { path: { id } } }))
      return { order, values: await readable(order) }
    },
  })
  const failed = useWhy(settings.error ?? begun.error)
  const order = begun.data?.order

  const put = async (values: OrderValues, version: number) => {
    const { place_as: _, ...input } = orderInput(values)
    const saved = await data(
      api.PUT("/api/v1/orders/{id}", {
        params: { path: { id }, header: ifMatch(version) },
        body: { ...input, place_as: "draft" },
      }),
    )
    queries.setQueryData(["orders", id], saved)
    void queries.invalidateQueries({ queryKey: ["orders"] })
    navigate(paths.order(id))
  }
  const save = async (values: OrderValues, _key: string, version: number | null): Promise<void> => {
    try {
      await put(values, version ?? order?.version ?? 0)
    } catch (error) {
      if (!(error instanceof Refused && error.code === "stale" && error.problem.current)) throw error
      const current = error.problem.current as unknown as Order
      const theirs = await readable(current)
      // What it was when this form began, if what is typed is not from an earlier one.
      const base = begun.data && version === begun.data.order.version ? begun.data.values : null
      // A payment makes a new version too: nothing that can be edited here is another then.
      if (base && saysTheSame(base, theirs)) return put(values, current.version)
      await new Promise<void>((done, failed) =>
        setClash({ mine: values, base, current, theirs, done, failed }),
      )
    }
  }
  const decide = (chosen: Set<string>) => {
    if (!clash) return
    setClash(null)
    put(settled(clash.mine, clash.theirs, chosen), clash.current.version).then(clash.done, clash.failed)
  }
  const over = order && !["draft", "confirmed"].includes(order.state)
  return (
    <Page title={order ? t("form.edit", { number: order.number }) : t("title")}>
      {settings.error || begun.error ? (
        <Failed {...failed} retry={() => void (settings.error ? settings.refetch() : begun.refetch())} />
      ) : over ? (
        <Empty title={t("why.not_editable")} />
      ) : settings.data && begun.data ? (
        <OrderForm
          draft={id}
          initial={begun.data.values}
          version={begun.data.order.version}
          fixed={begun.data.order.received > 0}
          settings={settings.data}
          save={save}
          onCancel={() => navigate(paths.order(id))}
        />
      ) : (
        <LoadingRows />
      )}
      {clash ? (
        <Conflict
          what={t("one", { number: clash.current.number })}
          fields={conflictFields(clash, t, common)}
          onClose={() => {
            clash.failed(
              new Refused(
                { type: "", title: "", status: 412, code: "stale", detail: t("form.undecided") },
                null,
              ),
            )
            setClash(null)
          }}
          onDecide={decide}
        />
      ) : null}
    </Page>
  )
}

async function readable(order: Order): Promise<OrderValues> {
  const id = order.contact_id
  const contact = await data(api.GET("/api/v1/contacts/{id}", { params: { path: { id } } }))
  return orderValues(order, contact.name)
}
