import type { Order, TransactionKind } from "@/api/generated/schema"
import { today } from "@/lib/format"

/** The amount outstanding; below zero, what was overpaid. */
export function remaining(order: Order): number {
  return counts(order) ? order.total - order.received + order.refunded : -(order.received - order.refunded)
}

/** Whether a payment or a refund can be recorded: something is outstanding, or was received. */
export function canRecord(order: Order, kind: TransactionKind): boolean {
  return kind === "payment" ? remaining(order) > 0 : order.received > order.refunded
}

/** Whether an order is past its due day and not paid in full. */
export function isLate(order: Order): boolean {
  return Boolean(order.due_on && order.due_on < today() && counts(order) && remaining(order) > 0)
}

/** Whether the payment status says anything: not for a draft that nobody paid. */
export function hasPaymentStatus(order: Order): boolean {
  return counts(order) || order.received > 0
}

function counts(order: Order): boolean {
  return order.state !== "draft" && order.state !== "cancelled"
}
