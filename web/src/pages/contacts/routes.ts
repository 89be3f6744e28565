import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const contactsRoutes: RouteObject[] = [
  { path: paths.contacts, lazy: () => import("./ContactsPage") },
  { path: paths.newContact, lazy: () => import("./NewContactPage") },
  { path: paths.importContacts, lazy: () => import("../imports/ImportPage") },
  { path: paths.contact(":id"), lazy: () => import("./ContactPage") },
  { path: paths.editContact(":id"), lazy: () => import("./EditContactPage") },
  { path: paths.mergeContact(":id"), lazy: () => import("./MergePage") },
  { path: paths.eraseContact(":id"), lazy: () => import("./ErasePage") },
]
