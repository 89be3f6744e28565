import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const todayRoutes: RouteObject[] = [{ path: paths.today, lazy: () => import("./TodayPage") }]
