import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const ordersRoutes: RouteObject[] = [
  { path: paths.orders, lazy: () => import("./OrdersPage") },
  { path: paths.newOrder, lazy: () => import("./NewOrderPage") },
  { path: paths.order(":id"), lazy: () => import("./OrderPage") },
  { path: paths.editOrder(":id"), lazy: () => import("./EditOrderPage") },
]
