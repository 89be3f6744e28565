import type { RouteObject } from "react-router"

export const transactionsRoutes: RouteObject[] = []
