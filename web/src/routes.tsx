import { createBrowserRouter } from "react-router"
import { Crashed } from "./layout/Crashed"
import { Frame } from "./layout/Frame"
import { SignedIn } from "./layout/SignedIn"
import { adminRoutes } from "./pages/admin/routes"
import { contactsRoutes } from "./pages/contacts/routes"
import { deskRoutes } from "./pages/desk/routes"
import { mailsRoutes } from "./pages/mails/routes"
import { operationsRoutes } from "./pages/operations/routes"
import { ordersRoutes } from "./pages/orders/routes"
import { productsRoutes } from "./pages/products/routes"
import { todayRoutes } from "./pages/today/routes"
import { transactionsRoutes } from "./pages/transactions/routes"
import { webhooksRoutes } from "./pages/webhooks/routes"
import { paths } from "./paths"

/** Each screen is a file of its own, and comes when somebody goes there. */
export const router = createBrowserRouter([
  {
    errorElement: <Crashed />,
    hydrateFallbackElement: <div />,
    children: [
      { path: "/sign-in", lazy: () => import("./pages/session/SignIn") },
      { path: "/invitation", lazy: () => import("./pages/session/Invitation") },
      { path: "/setup", lazy: () => import("./pages/session/Setup") },
      {
        element: <SignedIn />,
        children: [
          {
            element: <Frame />,
            children: [
              {
                errorElement: <Crashed />,
                children: [
                  ...todayRoutes,
                  ...contactsRoutes,
                  ...ordersRoutes,
                  ...transactionsRoutes,
                  ...productsRoutes,
                  ...deskRoutes,
                  ...webhooksRoutes,
                  ...mailsRoutes,
                  ...operationsRoutes,
                  ...adminRoutes,
                  { path: paths.profile, lazy: () => import("./pages/session/Profile") },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
])
