import type { EventType } from "@/api/schema"
import names from "./words/en/events.json" with { type: "json" }

/** Every event type has a name, or this does not compile; a test holds French to English. */
const NAMES = names satisfies Record<EventType, string>

/** In the order of their names' table. A name without an event type does not compile either. */
export const EVENT_TYPES: EventType[] = Object.keys(NAMES) as (keyof typeof NAMES)[]
