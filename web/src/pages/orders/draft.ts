import type { OrderValues } from "./orderFields"

/** A form that was not saved yet, kept in this tab: it outlives a reload, a lost connection and the end of the session. */
export type Draft = { values: OrderValues; key: string; version: number | null }

const NAME = "comptoir.order-draft."

export function readDraft(id: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(NAME + id) ?? "null") as Draft | null
  } catch {
    return null
  }
}

export function keepDraft(id: string, draft: Draft): void {
  try {
    sessionStorage.setItem(NAME + id, JSON.stringify(draft))
  } catch {
    // Storage is full or forbidden: the form itself still has everything.
  }
}

export function dropDraft(id: string): void {
  sessionStorage.removeItem(NAME + id)
}
