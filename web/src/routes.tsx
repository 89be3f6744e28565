import { createBrowserRouter, type RouteObject } from "react-router"
import { Crashed } from "./layout/Crashed"
import { Frame } from "./layout/Frame"
import { SignedIn } from "./layout/SignedIn"
import { paths } from "./paths"

/** The screens for people who are not signed in. */
const publicScreens: RouteObject[] = [
  { path: paths.signIn, lazy: () => import("./pages/session/SignIn") },
  { path: paths.invitation, lazy: () => import("./pages/session/Invitation") },
  { path: paths.setup, lazy: () => import("./pages/session/Setup") },
]

/** The screens inside the frame, by resource. */
const screens: RouteObject[] = [
  { path: paths.today, lazy: () => import("./pages/today/TodayPage") },

  { path: paths.contacts, lazy: () => import("./pages/contacts/ContactsPage") },
  { path: paths.newContact, lazy: () => import("./pages/contacts/NewContactPage") },
  { path: paths.importContacts, lazy: () => import("./pages/imports/ImportPage") },
  { path: paths.contact(":id"), lazy: () => import("./pages/contacts/ContactPage") },
  { path: paths.editContact(":id"), lazy: () => import("./pages/contacts/EditContactPage") },
  { path: paths.mergeContact(":id"), lazy: () => import("./pages/contacts/MergePage") },
  { path: paths.eraseContact(":id"), lazy: () => import("./pages/contacts/ErasePage") },

  { path: paths.orders, lazy: () => import("./pages/orders/OrdersPage") },
  { path: paths.newOrder, lazy: () => import("./pages/orders/NewOrderPage") },
  { path: paths.order(":id"), lazy: () => import("./pages/orders/OrderPage") },
  { path: paths.editOrder(":id"), lazy: () => import("./pages/orders/EditOrderPage") },

  { path: paths.transactions, lazy: () => import("./pages/transactions/TransactionsPage") },
  { path: paths.products, lazy: () => import("./pages/products/ProductsPage") },

  { path: paths.deadLetters, lazy: () => import("./pages/deadLetters/DeadLettersPage") },
  { path: paths.deadLetter(":id"), lazy: () => import("./pages/deadLetters/DeadLetterPage") },
  { path: paths.mails, lazy: () => import("./pages/mails/MailsPage") },
  { path: paths.mail(":id"), lazy: () => import("./pages/mails/MailPage") },
  { path: paths.webhooks, lazy: () => import("./pages/webhooks/WebhooksPage") },
  { path: paths.webhook(":id"), lazy: () => import("./pages/webhooks/EndpointPage") },
  { path: paths.operations, lazy: () => import("./pages/operations/OperationsPage") },

  { path: paths.users, lazy: () => import("./pages/admin/UsersPage") },
  { path: paths.apiKeys, lazy: () => import("./pages/admin/ApiKeysPage") },
  { path: paths.securityLog, lazy: () => import("./pages/admin/SecurityLogPage") },
  { path: paths.settings, lazy: () => import("./pages/admin/SettingsPage") },
  { path: paths.templates, lazy: () => import("./pages/admin/TemplatesPage") },
  { path: paths.template(":kind", ":language"), lazy: () => import("./pages/admin/TemplatePage") },
  { path: paths.profile, lazy: () => import("./pages/session/Profile") },
]

/** All routes of the application. Each screen is a chunk of its own, loaded when somebody goes there. */
export const router = createBrowserRouter([
  {
    errorElement: <Crashed />,
    hydrateFallbackElement: <div />,
    children: [
      ...publicScreens,
      {
        element: <SignedIn />,
        children: [
          {
            element: <Frame />,
            // A screen that fails leaves the frame around it usable.
            children: [{ errorElement: <Crashed />, children: screens }],
          },
        ],
      },
    ],
  },
])
