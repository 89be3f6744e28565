import type { EventType } from "@/api/generated/schema"
import type { Word } from "./useWord"

/** The word for each type of event; the compiler asks for that of a new one. */
export const EVENT_WORDS = {
  CONTACT_CREATED: "contacts:events.CONTACT_CREATED",
  CONTACT_UPDATED: "contacts:events.CONTACT_UPDATED",
  CONTACT_MERGED: "contacts:events.CONTACT_MERGED",
  ORDER_CREATED: "contacts:events.ORDER_CREATED",
  ORDER_UPDATED: "contacts:events.ORDER_UPDATED",
  ORDER_CANCELLED: "contacts:events.ORDER_CANCELLED",
  TRANSACTION_CREATED: "contacts:events.TRANSACTION_CREATED",
  TRANSACTION_PROCESSED: "contacts:events.TRANSACTION_PROCESSED",
  PRODUCT_CREATED: "contacts:events.PRODUCT_CREATED",
  PRODUCT_UPDATED: "contacts:events.PRODUCT_UPDATED",
  SETTINGS_UPDATED: "contacts:events.SETTINGS_UPDATED",
} as const satisfies Record<EventType, Word>

export const EVENT_TYPES = Object.keys(EVENT_WORDS) as EventType[]
