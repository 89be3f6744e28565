import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const productsRoutes: RouteObject[] = [{ path: paths.products, lazy: () => import("./ProductsPage") }]
