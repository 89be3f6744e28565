import "@mantine/charts/styles.layer.css"

import { AreaChart } from "@mantine/charts"
import type { Sample } from "@/api/generated/schema"
import { moment } from "@/lib/format"

type Props = { history: Sample[]; of: Exclude<keyof Sample, "minute">; label: string; colour: string }

export default function Graph({ history, of, label, colour }: Props) {
  return (
    <AreaChart
      h={90}
      data={history.map((sample) => ({ minute: moment(sample.minute), value: sample[of] ?? null }))}
      dataKey="minute"
      series={[{ name: "value", label, color: colour }]}
      curveType="linear"
      withDots={false}
      withXAxis={false}
      withYAxis={false}
      gridAxis="none"
      strokeWidth={1.5}
      areaChartProps={{ accessibilityLayer: false }}
    />
  )
}
