import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const adminRoutes: RouteObject[] = [
  { path: paths.users, lazy: () => import("./UsersPage") },
  { path: paths.apiKeys, lazy: () => import("./ApiKeysPage") },
  { path: paths.securityLog, lazy: () => import("./SecurityLogPage") },
  { path: paths.settings, lazy: () => import("./SettingsPage") },
  { path: paths.templates, lazy: () => import("./TemplatesPage") },
  { path: paths.template(":kind", ":language"), lazy: () => import("./TemplatePage") },
]
