import type { RouteObject } from "react-router"

export const webhooksRoutes: RouteObject[] = []
