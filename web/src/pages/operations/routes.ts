import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const operationsRoutes: RouteObject[] = [
  { path: paths.operations, lazy: () => import("./OperationsPage") },
]
