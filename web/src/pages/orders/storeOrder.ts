import type { Order } from "@/api/generated/schema"
import { invalidate, store } from "@/api/read"

/** Puts an order that the server has just answered with into the cache, and marks all lists of orders as old. */
export function storeOrder(order: Order): void {
  store("/api/v1/orders/{id}", { path: { id: order.id } }, order)
  void invalidate("orders", "explain")
}
