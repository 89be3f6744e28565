import { describe, expect, test, vi } from "vitest"

let language = "fr-FR"
vi.mock("./language", () => ({ locale: () => language }))
const { ago, decimal, money, moneyText, parseDecimal, parseMoney } = await import("./format")

describe("amounts", () => {
  test("are whole minor units, and read as people write them", () => {
    language = "fr-FR"
    expect(money(3402, "EUR")).toMatch(/^34,02\s€$/)
    expect(money(-5, "EUR")).toMatch(/^-0,05\s€$/)
    expect(money(1500, "JPY")).toContain("500")
    expect(moneyText(1234, "BHD")).toBe("1,234")
    language = "en-GB"
    expect(money(999_999_999_999_999, "EUR")).toBe("€9,999,999,999,999.99")
  })

  test("may be typed in both ways", () => {
    for (const typed of ["1 234,50", "1,234.50", "1234.5", "1.234,50", "1 234,50 €"])
      expect(parseMoney(typed, "EUR"), typed).toBe(123_450)
    expect(parseMoney("-3,10", "EUR")).toBe(-310)
    expect(parseMoney("12", "JPY")).toBe(12)
    for (const typed of ["", "12,345", "douze", "1,2,3", "--4"])
      expect(parseMoney(typed, "EUR"), typed).toBeNull()
  })

  test("quantities go to the server as it wants them", () => {
    expect([parseDecimal("2,5"), parseDecimal(",5"), parseDecimal("3."), parseDecimal("x")]).toEqual([
      "2.5",
      "0.5",
      "3",
      null,
    ])
    language = "fr-FR"
    expect(decimal("2.5")).toBe("2,5")
  })
})

test("what was a moment ago is told in words", () => {
  language = "en-GB"
  const now = Date.parse("2026-11-22T10:00:00Z")
  expect(ago("2026-11-22T09:55:00Z", now)).toBe("5 minutes ago")
  expect(ago("2026-11-21T09:00:00Z", now)).toBe("yesterday")
})
