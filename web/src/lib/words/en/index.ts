import admin from "./admin.json"
import common from "./common.json"
import contacts from "./contacts.json"
import desk from "./desk.json"
import imports from "./imports.json"
import mails from "./mails.json"
import operations from "./operations.json"
import orders from "./orders.json"
import products from "./products.json"
import session from "./session.json"
import states from "./states.json"
import today from "./today.json"
import transactions from "./transactions.json"
import webhooks from "./webhooks.json"

export const words = {
  common,
  session,
  states,
  today,
  contacts,
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
