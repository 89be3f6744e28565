import type { RouteObject } from "react-router"

export const productsRoutes: RouteObject[] = []
