import { Group, Paper, SimpleGrid, Skeleton, Text } from "@mantine/core"
import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { count, money } from "@/lib/format"
import { change, type Figures } from "./figures"

type Pair = { now: Figures; before: Figures }
type Props = { loading: boolean; currency: string; day: Pair; month: Pair }

/** The cards with the orders and money of the day and the month, each compared with the one before. */
export function FigureCards({ loading, currency, day, month }: Props) {
  const { t } = useTranslation("today")
  const cards = [
    { name: "orders_day", pair: day, of: "orders", against: "yesterday" },
    { name: "received_day", pair: day, of: "received", against: "yesterday" },
    { name: "ordered_month", pair: month, of: "ordered", against: "last_month" },
    { name: "received_month", pair: month, of: "received", against: "last_month" },
  ] as const
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
      {cards.map(({ name, pair, of, against }) => {
        const show = (value: number) => (of === "orders" ? count(value) : money(value, currency))
        // A day that has just begun is always behind the one that is over.
        const by = against === "yesterday" ? null : change(pair.now[of], pair.before[of])
        const Icon = by !== null && by < 0 ? IconArrowDownRight : IconArrowUpRight
        return (
          <Paper key={name} withBorder p="md" role="group" aria-label={t(`figures.${name}`)}>
            <Text size="sm" c="dimmed">
              {t(`figures.${name}`)}
            </Text>
            {loading ? (
              <Skeleton h={28} w="60%" my={4} />
            ) : (
              <Text fz={{ base: 18, xs: 24 }} fw={600} style={{ fontVariantNumeric: "tabular-nums" }}>
                {show(pair.now[of])}
              </Text>
            )}
            <Group gap={4} wrap="nowrap">
              {by === null || by === 0 ? null : (
                <Text
                  span
                  size="xs"
                  fw={600}
                  c={`var(--mantine-color-${by < 0 ? "orange" : "counter"}-light-color)`}
                  style={{ whiteSpace: "nowrap" }}
                >
                  <Icon size={13} style={{ verticalAlign: -2 }} aria-hidden />
                  {by > 0 ? "+" : "−"}
                  {Math.abs(by)} %
                </Text>
              )}
              <Text span size="xs" c="dimmed" truncate title={t(`figures.${against}_hint`)}>
                {t(`figures.${against}`, { value: show(pair.before[of]) })}
              </Text>
            </Group>
          </Paper>
        )
      })}
    </SimpleGrid>
  )
}
