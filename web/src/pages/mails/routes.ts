import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const mailsRoutes: RouteObject[] = [
  { path: paths.mails, lazy: () => import("./MailsPage") },
  { path: paths.mail(":id"), lazy: () => import("./MailPage") },
]
