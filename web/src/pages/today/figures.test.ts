import { expect, test } from "vitest"
import { change, dayBefore, figures, monthBefore } from "./figures"

test("the day and the month before", () => {
  expect(dayBefore("2026-03-01", 1)).toBe("2026-02-28")
  expect(monthBefore("2026-03-31")).toBe("2026-02-28")
  expect(monthBefore("2026-01-15")).toBe("2025-12-15")
})

test("figures are summed within the days, in one currency, refunds taken off", () => {
  const day = (day: string, currency: string) => ({
    day,
    currency,
    orders: 2,
    orders_total: 1000,
    payments: 1,
    payments_total: 500,
    refunds: 1,
    refunds_total: 100,
  })
  const days = [
    day("2026-01-01", "EUR"),
    day("2026-01-02", "EUR"),
    day("2026-01-02", "USD"),
    day("2026-01-03", "EUR"),
  ]
  expect(figures(days, "EUR", "2026-01-01", "2026-01-02")).toEqual({
    orders: 4,
    ordered: 2000,
    received: 800,
  })
})

test("there is no change to nothing", () => {
  expect([change(150, 100), change(50, 100), change(1, 0)]).toEqual([50, -50, null])
})
