/** Every address of the application, in one place. */
export const paths = {
  signIn: "/sign-in",
  invitation: "/invitation",
  setup: "/setup",
  today: "/",
  contacts: "/contacts",
  newContact: "/contacts/new",
  importContacts: "/contacts/import",
  contact: (id: string) => `/contacts/${id}`,
  editContact: (id: string) => `/contacts/${id}/edit`,
  mergeContact: (id: string) => `/contacts/${id}/merge`,
  eraseContact: (id: string) => `/contacts/${id}/erase`,
  orders: "/orders",
  newOrder: "/orders/new",
  order: (id: string) => `/orders/${id}`,
  editOrder: (id: string) => `/orders/${id}/edit`,
  transactions: "/transactions",
  products: "/products",
  deadLetters: "/dead-letters",
  deadLetter: (id: string) => `/dead-letters/${id}`,
  webhooks: "/webhooks",
  webhook: (id: string) => `/webhooks/${id}`,
  mails: "/mails",
  mail: (id: string) => `/mails/${id}`,
  operations: "/operations",
  profile: "/profile",
  users: "/admin/users",
  apiKeys: "/admin/api-keys",
  securityLog: "/admin/security-log",
  settings: "/admin/settings",
  templates: "/admin/mail-templates",
  template: (kind: string, language: string) => `/admin/mail-templates/${kind}/${language}`,
}

/** The screen of whatever an id names; ids begin with what they are. */
export function pathOf(id: string): string | null {
  const of: Record<string, (id: string) => string> = {
    con: paths.contact,
    ord: paths.order,
    dlt: paths.deadLetter,
    whk: paths.webhook,
  }
  return of[id.split("_")[0] ?? ""]?.(id) ?? null
}
