import type { DayStats } from "@/api/generated/schema"

export type Figures = { orders: number; ordered: number; received: number }

/** The day some days earlier. Days of the API are days in UTC. */
export function dayBefore(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() - days)
  return at.toISOString().slice(0, 10)
}

/** The same day a month earlier; the last of that month where it has no such day. */
export function monthBefore(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number)
  const last = new Date(Date.UTC(year, month - 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 2, Math.min(date, last))).toISOString().slice(0, 10)
}

/** The figures from one day to another, both included, in one currency. */
export function figures(days: DayStats[], currency: string, from: string, to: string): Figures {
  const sum: Figures = { orders: 0, ordered: 0, received: 0 }
  for (const day of days) {
    if (day.currency !== currency || day.day < from || day.day > to) continue
    sum.orders += day.orders
    sum.ordered += day.orders_total
    sum.received += day.payments_total - day.refunds_total
  }
  return sum
}

/** The change in whole percent; null where there was nothing before. */
export function change(now: number, before: number): number | null {
  return before > 0 ? Math.round(((now - before) / before) * 100) : null
}
