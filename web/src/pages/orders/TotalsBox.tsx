import { Divider, Group, Stack, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { money, percent } from "@/lib/format"
import type { Totals } from "@/lib/totals"

/** The totals of an order: net, VAT of each rate, and the total. */
export function TotalsBox({ totals, currency }: { totals: Totals; currency: string }) {
  const { t } = useTranslation("orders")
  return (
    <Stack gap={4} aria-label={t("totals.title")} role="group">
      <Row label={t("totals.net")} value={money(totals.net, currency)} />
      {totals.vat.map(({ rate, base, vat }) => (
        <Row
          key={rate}
          label={t("totals.vat", { rate: percent(rate), base: money(base, currency) })}
          value={money(vat, currency)}
          dimmed
        />
      ))}
      <Divider my={4} />
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600}>{t("totals.total")}</Text>
        <Text fw={700} size="lg" className="number" data-testid="total">
          {money(totals.total, currency)}
        </Text>
      </Group>
    </Stack>
  )
}

function Row({ label, value, dimmed }: { label: string; value: string; dimmed?: boolean }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <Text size="sm" c={dimmed ? "dimmed" : undefined}>
        {label}
      </Text>
      <Text size="sm" className="number" c={dimmed ? "dimmed" : undefined}>
        {value}
      </Text>
    </Group>
  )
}
