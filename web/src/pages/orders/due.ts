import type { Order, TransactionKind } from "@/api/generated/schema"
import { today } from "@/lib/format"

/** What has still to come in; below zero, what was paid too much. */
export function remaining(order: Order): number {
  return counts(order) ? order.total - order.received + order.refunded : -(order.received - order.refunded)
}

/** Is there something to pay, or to give back? */
export function canRecord(order: Order, kind: TransactionKind): boolean {
  return kind === "payment" ? remaining(order) > 0 : order.received > order.refunded
}

/** Past its due date and not paid in full. */
export function isLate(order: Order): boolean {
  return Boolean(order.due_on && order.due_on < today() && counts(order) && remaining(order) > 0)
}

/** A draft that nobody paid needs no word on its payment. */
export function hasPaymentStatus(order: Order): boolean {
  return counts(order) || order.received > 0
}

function counts(order: Order): boolean {
  return order.state !== "draft" && order.state !== "cancelled"
}
