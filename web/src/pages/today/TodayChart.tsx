import { BarChart } from "@mantine/charts"
import "@mantine/charts/styles.layer.css"
import { useTranslation } from "react-i18next"
import type { DayStats } from "@/api/generated/schema"
import { day, minorDigits, money } from "@/lib/format"
import { locale } from "@/lib/language"
import { dayBefore } from "./figures"

type Props = { days: DayStats[]; currency: string; today: string }

/** The chart of what was ordered and received on each of the last 90 days. */
export default function TodayChart({ days, currency, today }: Props) {
  const { t } = useTranslation("today")
  const known = new Map(days.filter((of) => of.currency === currency).map((of) => [of.day, of]))
  const rows = Array.from({ length: 90 }, (_, at) => {
    const date = dayBefore(today, 89 - at)
    const of = known.get(date)
    return {
      day: date,
      ordered: of?.orders_total ?? 0,
      received: of ? of.payments_total - of.refunds_total : 0,
    }
  })
  return (
    <BarChart
      h={250}
      data={rows}
      dataKey="day"
      withLegend
      legendProps={{ verticalAlign: "top", height: 30 }}
      tickLine="none"
      gridAxis="x"
      maxBarWidth={10}
      barChartProps={{ accessibilityLayer: false, barGap: 0 }}
      barProps={{ isAnimationActive: false }}
      xAxisProps={{ tickFormatter: (date: string) => day(date).replace(/\s?\d{4}$/, ""), minTickGap: 40 }}
      yAxisProps={{ width: 64, tickFormatter: (minor: number) => round(minor, currency) }}
      valueFormatter={(minor) => money(Math.round(minor), currency)}
      series={[
        { name: "ordered", label: t("chart.ordered"), color: "counter.5" },
        { name: "received", label: t("chart.received"), color: "blue.5" },
      ]}
    />
  )
}

/** An amount for the axis, where cents are noise. */
function round(minor: number, currency: string): string {
  const whole = minor / 10 ** minorDigits(currency)
  const style = { style: "currency", currency, notation: "compact", maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(locale(), style).format(whole)
}
