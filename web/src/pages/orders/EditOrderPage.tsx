import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate, useParams } from "react-router"
import { api, data, ifMatch } from "@/api/client"
import type { Order } from "@/api/generated/schema"
import { staleCurrent, undecided } from "@/api/problem"
import { useSettings } from "@/api/useSettings"
import { useErrorText } from "@/lib/errors"
import { useWord } from "@/lib/useWord"
import { paths } from "@/paths"
import { ConflictDialog } from "@/ui/ConflictDialog"
import { Page } from "@/ui/Page"
import { Empty, Failed, LoadingRows } from "@/ui/States"
import { OrderForm } from "./OrderForm"
import { conflictFields, merge, sameContent } from "./orderConflict"
import type { OrderValues } from "./orderFields"
import { orderInput, orderValues } from "./orderForm"
import { storeOrder } from "./storeOrder"

/** Two versions of one order, and the save that waits for a choice. */
type EditConflict = {
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
  const word = useWord()
  const navigate = useNavigate()
  const settings = useSettings()
  const [conflict, setConflict] = useState<EditConflict | null>(null)
  // Read once: what others change meanwhile comes to light when it is saved.
  const loaded = useQuery({
    queryKey: ["order-edit", id],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const order = await data(api.GET("/api/v1/orders/{id}", { params: { path: { id } } }))
      return { order, values: await valuesOf(order) }
    },
  })
  const failed = useErrorText(settings.error ?? loaded.error)
  const order = loaded.data?.order

  const put = async (values: OrderValues, version: number) => {
    const { place_as: _, ...input } = orderInput(values)
    const saved = await data(
      api.PUT("/api/v1/orders/{id}", {
        params: { path: { id }, header: ifMatch(version) },
        body: { ...input, place_as: "draft" },
      }),
    )
    storeOrder(saved)
    navigate(paths.order(id))
  }
  const save = async (values: OrderValues, _key: string, version: number | null): Promise<void> => {
    try {
      await put(values, version ?? order?.version ?? 0)
    } catch (error) {
      const current = staleCurrent<Order>(error)
      if (!current) throw error
      const theirs = await valuesOf(current)
      // What it was when this form began, if what is typed is not from an earlier one.
      const base = loaded.data && version === loaded.data.order.version ? loaded.data.values : null
      // A payment makes a new version too: nothing that can be edited here is another then.
      if (base && sameContent(base, theirs)) return put(values, current.version)
      await new Promise<void>((done, failed) =>
        setConflict({ mine: values, base, current, theirs, done, failed }),
      )
    }
  }
  const decide = (chosen: Set<string>) => {
    if (!conflict) return
    setConflict(null)
    put(merge(conflict.mine, conflict.theirs, chosen), conflict.current.version).then(
      conflict.done,
      conflict.failed,
    )
  }
  const over = order && !["draft", "confirmed"].includes(order.state)
  return (
    <Page title={order ? t("form.edit", { number: order.number }) : t("title")}>
      {settings.error || loaded.error ? (
        <Failed {...failed} retry={() => void (settings.error ? settings.refetch() : loaded.refetch())} />
      ) : over ? (
        <Empty title={t("why.not_editable")} />
      ) : settings.data && loaded.data ? (
        <OrderForm
          draft={id}
          initial={loaded.data.values}
          version={loaded.data.order.version}
          fixed={loaded.data.order.received > 0}
          settings={settings.data}
          save={save}
          onCancel={() => navigate(paths.order(id))}
        />
      ) : (
        <LoadingRows />
      )}
      {conflict ? (
        <ConflictDialog
          what={t("one", { number: conflict.current.number })}
          fields={conflictFields(conflict, word)}
          onClose={() => {
            conflict.failed(undecided(t("form.undecided")))
            setConflict(null)
          }}
          onDecide={decide}
        />
      ) : null}
    </Page>
  )
}

/** An order as the form shows it, with the name of its contact. */
async function valuesOf(order: Order): Promise<OrderValues> {
  const id = order.contact_id
  const contact = await data(api.GET("/api/v1/contacts/{id}", { params: { path: { id } } }))
  return orderValues(order, contact.name)
}
