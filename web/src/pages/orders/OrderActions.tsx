import { ActionIcon, Menu, Text } from "@mantine/core"
import { IconCopy, IconDots, IconPencil } from "@tabler/icons-react"
import { useMutation } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router"
import { api, data } from "@/api/client"
import type { Order } from "@/api/generated/schema"
import { invalidate } from "@/api/read"
import { ask } from "@/lib/ask"
import { useNotifyFailure } from "@/lib/errors"
import { money } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { storeOrder } from "./storeOrder"

type Step = "confirm" | "fulfil" | "close" | "cancel"
const NEXT: Record<Order["state"], Step | null> = {
  draft: "confirm",
  confirmed: "fulfil",
  fulfilled: "close",
  closed: null,
  cancelled: null,
}

/** The actions on an order in its state. What cannot be undone asks first, with its consequences. */
export function OrderActions({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const navigate = useNavigate()
  const notifyFailure = useNotifyFailure()
  const [clerk, manager] = [useNeeds("clerk"), useNeeds("manager")]
  const path = { id: order.id }
  const go = useMutation({
    mutationFn: (step: Step) => {
      const params = { params: { path } }
      switch (step) {
        case "confirm":
          return data(api.POST("/api/v1/orders/{id}/confirm", params))
        case "fulfil":
          return data(api.POST("/api/v1/orders/{id}/fulfil", params))
        case "close":
          return data(api.POST("/api/v1/orders/{id}/close", params))
        case "cancel":
          return data(api.POST("/api/v1/orders/{id}/cancel", params))
      }
    },
    onSuccess: storeOrder,
    onError: (error) => {
      notifyFailure(error)
      void invalidate("/api/v1/orders/{id}")
    },
  })
  const askFirst = async (step: Step) => {
    if (step === "confirm") return go.mutate(step)
    const kept = order.received - order.refunded
    const moneyStays =
      step === "cancel" && kept > 0 ? t("actions.cancel_money", { amount: money(kept, order.currency) }) : ""
    const sure = await ask({
      title: t(`actions.${step}_title`, { number: order.number }),
      text: `${t(`actions.${step}_explain`)} ${moneyStays}`.trim(),
      yes: t(`actions.${step}`),
      no: common("back"),
      destructive: step === "cancel",
    })
    if (sure) go.mutate(step)
  }
  const editable = order.state === "draft" || order.state === "confirmed"
  const next = NEXT[order.state]
  const whyNotCancel = manager ?? (editable ? null : t("why.not_cancellable"))
  return (
    <>
      <ActionButton
        variant="default"
        leftSection={<IconPencil size={16} />}
        disabledReason={clerk ?? (editable ? null : t("why.not_editable"))}
        onClick={() => navigate(paths.editOrder(order.id))}
      >
        {common("edit")}
      </ActionButton>
      <ActionButton
        variant="default"
        leftSection={<IconCopy size={16} />}
        disabledReason={clerk}
        onClick={() => navigate(`${paths.newOrder}?from=${order.id}`)}
      >
        {t("actions.duplicate")}
      </ActionButton>
      {next ? (
        <ActionButton loading={go.isPending} disabledReason={clerk} onClick={() => askFirst(next)}>
          {t(`actions.${next}`)}
        </ActionButton>
      ) : null}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("actions.more")}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            color="red"
            {...(whyNotCancel ? { "data-disabled": true, "aria-disabled": true } : {})}
            onClick={() => whyNotCancel || askFirst("cancel")}
          >
            {t("actions.cancel")}
            {whyNotCancel ? (
              <Text size="xs" maw={240}>
                {whyNotCancel}
              </Text>
            ) : null}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
