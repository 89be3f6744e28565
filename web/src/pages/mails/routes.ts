import type { RouteObject } from "react-router"

export const mailsRoutes: RouteObject[] = []
