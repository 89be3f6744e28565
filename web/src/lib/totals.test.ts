import { expect, test } from "vitest"
import { lineNet, type PricedLine, scaled, totals } from "./totals"
import byChance from "./totals.generated.json"
import byHand from "./totals.vectors.json"

// Both are checked against the server's own code by crates/domain/tests/web_totals.rs.
for (const { name, lines, ...expected } of [...byHand, ...byChance]) {
  test(`totals: ${name}`, () => {
    const priced = lines.map(({ net: _, ...line }) => line as PricedLine)
    expect(priced.map(lineNet)).toEqual(lines.map((line) => line.net))
    expect(totals(priced)).toEqual(expected)
  })
}

test("only plain decimals count", () => {
  expect(["2.5", "0.001", "12."].map((text) => scaled(text, 3))).toEqual([2500n, 1n, 12_000n])
  expect(["", "-1", "1,5", "1e3", "1.2345", "x"].map((text) => scaled(text, 3))).toEqual(Array(6).fill(null))
})

test("a line that cannot be priced is not in the totals", () => {
  const good = { quantity: "1", unit_price: 100, vat_rate: "20" }
  expect(totals([good, { ...good, quantity: "" }]).total).toBe(120)
})
