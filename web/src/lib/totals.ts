import type { Discount } from "@/api/generated/schema"

/**
 * What an order comes to, exactly as the server computes it (crates/domain: vat.rs): the net of each line is rounded once, half away
 * from zero; VAT is rounded once per rate over all lines. Whole numbers only.
 */
export type PricedLine = {
  /** A decimal text, at most three decimals. */
  quantity: string
  unit_price: number
  discount?: Discount | null
  vat_rate: string
}

export type Totals = {
  vat: { rate: string; base: number; vat: number }[]
  net: number
  total: number
}

/** `2.5` with 3 places → 2500. Null if it is not such a number. */
export function scaled(text: string, places: number): bigint | null {
  const match = /^(\d{1,12})(?:\.(\d*))?$/.exec(text)
  const fraction = match?.[2] ?? ""
  if (!match || fraction.length > places) return null
  return BigInt(`${match[1]}${fraction.padEnd(places, "0")}`)
}

/** Rounded half away from zero. */
function divided(value: bigint, by: bigint): bigint {
  const half = by / 2n
  return value < 0n ? -((-value + half) / by) : (value + half) / by
}

/** `round(quantity × unit price − discount)`. Null where the server would refuse the line. */
export function lineNet(line: Omit<PricedLine, "vat_rate">): number | null {
  const quantity = scaled(line.quantity, 3)
  if (quantity === null || quantity === 0n || line.unit_price < 0) return null
  const gross = quantity * BigInt(line.unit_price)
  const net = discounted(gross, line.discount)
  return net === null || net < 0n || net > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(net)
}

function discounted(gross: bigint, discount: Discount | null | undefined): bigint | null {
  if (!discount) return divided(gross, 1000n)
  if ("amount" in discount) return divided(gross - BigInt(discount.amount) * 1000n, 1000n)
  const points = scaled(discount.percent, 2)
  return points === null || points > 10_000n ? null : divided(gross * (10_000n - points), 10_000_000n)
}

/** Lines that cannot be priced yet are left out. Rates ascending. */
export function totals(lines: PricedLine[]): Totals {
  const bases = new Map<bigint, bigint>()
  for (const line of lines) {
    const net = lineNet(line)
    const points = scaled(line.vat_rate, 2)
    if (net === null || points === null) continue
    bases.set(points, (bases.get(points) ?? 0n) + BigInt(net))
  }
  const vat = [...bases]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([points, base]) => ({
      rate: percentText(points),
      base: Number(base),
      vat: Number(divided(base * points, 10_000n)),
    }))
  const net = vat.reduce((sum, group) => sum + group.base, 0)
  return { vat, net, total: vat.reduce((sum, group) => sum + group.vat, net) }
}

/** Hundredths of a per cent in the shortest text: 550 → `5.5`. */
function percentText(points: bigint): string {
  const text = points.toString().padStart(3, "0")
  return `${text.slice(0, -2)}.${text.slice(-2)}`.replace(/\.?0+$/, "")
}
