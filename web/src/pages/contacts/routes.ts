import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const contactsRoutes: RouteObject[] = [{ path: paths.contacts, lazy: () => import("./ContactsPage") }]
