import { Text, VisuallyHidden } from "@mantine/core"
import { useTranslation } from "react-i18next"
import type { Order } from "@/api/generated/schema"
import { day } from "@/lib/format"
import { isLate } from "./due"

/** The day on which an order is due, in red when it is late; a dash where it has none. */
export function DueDay({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  if (!order.due_on) return "–"
  if (!isLate(order)) return day(order.due_on)
  return (
    <Text span size="sm" c="var(--mantine-color-error)" fw={600} title={t("late")}>
      {day(order.due_on)}
      <VisuallyHidden> {t("late")}</VisuallyHidden>
    </Text>
  )
}
