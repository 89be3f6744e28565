import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const webhooksRoutes: RouteObject[] = [
  { path: paths.webhooks, lazy: () => import("./WebhooksPage") },
  { path: paths.webhook(":id"), lazy: () => import("./EndpointPage") },
]
