import admin from "./admin.json" with { type: "json" }
import common from "./common.json" with { type: "json" }
import contacts from "./contacts.json" with { type: "json" }
import desk from "./desk.json" with { type: "json" }
import events from "./events.json" with { type: "json" }
import imports from "./imports.json" with { type: "json" }
import mails from "./mails.json" with { type: "json" }
import operations from "./operations.json" with { type: "json" }
import orders from "./orders.json" with { type: "json" }
import products from "./products.json" with { type: "json" }
import session from "./session.json" with { type: "json" }
import states from "./states.json" with { type: "json" }
import today from "./today.json" with { type: "json" }
import transactions from "./transactions.json" with { type: "json" }
import webhooks from "./webhooks.json" with { type: "json" }

export const words = {
  common,
  session,
  states,
  today,
  contacts,
  events,
  orders,
  transactions,
  products,
  desk,
  imports,
  webhooks,
  mails,
  operations,
  admin,
}
