import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const transactionsRoutes: RouteObject[] = [
  { path: paths.transactions, lazy: () => import("./TransactionsPage") },
]
