import { Button, Grid, Group, Paper, SegmentedControl, Skeleton, Title, VisuallyHidden } from "@mantine/core"
import { IconPlus } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { lazy, Suspense, useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router"
import { read } from "@/api/read"
import { useSettings } from "@/api/useSettings"
import { useErrorText } from "@/lib/errors"
import { count, money } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { Page } from "@/ui/Page"
import { Failed } from "@/ui/States"
import { FigureCards } from "./FigureCards"
import { FirstDay } from "./FirstDay"
import { dayBefore, figures, monthBefore } from "./figures"
import { LatestOrders, OverdueOrders } from "./OrderLists"
import { StuckMessages } from "./StuckMessages"

const TodayChart = lazy(() => import("./TodayChart"))

/** The first screen: figures, a chart, overdue orders, failed messages and the latest orders. */
export function Component() {
  const { t } = useTranslation("today")
  const common = useTranslation().t
  const navigate = useNavigate()
  const clerk = useNeeds("clerk")
  const settings = useSettings()
  // The server counts days in UTC.
  const today = new Date().toISOString().slice(0, 10)
  const stats = useQuery({
    ...read("/api/v1/stats", { query: { from: dayBefore(today, 92), to: today } }),
    // Figures are an effect: they follow an event a moment later.
    refetchInterval: 15_000,
  })
  const last = useQuery(read("/api/v1/orders", { query: { limit: 8 } }))
  const [chosen, setChosen] = useState<string | null>(null)
  const failed = useErrorText(stats.error)
  const days = stats.data?.days ?? []
  const currencies = [...new Set(days.map((day) => day.currency))]
  const standard = settings.data?.default_currency ?? "EUR"
  const currency = chosen ?? (currencies.includes(standard) ? standard : (currencies[0] ?? standard))
  const of = (from: string, to: string) => figures(days, currency, from, to)
  const month = `${today.slice(0, 7)}-01`
  return (
    <Page
      title={t("title")}
      actions={
        <>
          {currencies.length > 1 ? (
            <SegmentedControl
              aria-label={t("currency")}
              size="xs"
              data={currencies}
              value={currency}
              onChange={setChosen}
            />
          ) : null}
          <ActionButton
            leftSection={<IconPlus size={16} />}
            disabledReason={clerk}
            onClick={() => navigate(paths.newOrder)}
          >
            {common("new_order")}
          </ActionButton>
        </>
      }
    >
      {last.data?.items.length === 0 ? (
        <FirstDay />
      ) : stats.error && !stats.data ? (
        <Failed {...failed} retry={() => void stats.refetch()} />
      ) : (
        <>
          <FigureCards
            loading={stats.isPending}
            currency={currency}
            day={{ now: of(today, today), before: of(dayBefore(today, 1), dayBefore(today, 1)) }}
            month={{ now: of(month, today), before: of(`${monthBefore(month)}`, monthBefore(today)) }}
          />
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 8 }}>
              <Paper withBorder p="md" h="100%">
                <Group justify="space-between" mb="xs">
                  <Title order={2}>{t("chart.title")}</Title>
                </Group>
                <VisuallyHidden>
                  {t("chart.said", {
                    orders: count(of(dayBefore(today, 89), today).orders),
                    ordered: money(of(dayBefore(today, 89), today).ordered, currency),
                    received: money(of(dayBefore(today, 89), today).received, currency),
                  })}
                </VisuallyHidden>
                <div aria-hidden="true">
                  {stats.isPending ? (
                    <Skeleton h={250} />
                  ) : (
                    <Suspense fallback={<Skeleton h={250} />}>
                      <TodayChart days={days} currency={currency} today={today} />
                    </Suspense>
                  )}
                </div>
              </Paper>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 4 }}>
              <OverdueOrders />
              <StuckMessages />
            </Grid.Col>
            <Grid.Col span={12}>
              <LatestOrders orders={last.data?.items} error={last.error} retry={() => void last.refetch()} />
            </Grid.Col>
          </Grid>
          <Group>
            <Button variant="subtle" size="compact-sm" onClick={() => navigate(paths.orders)}>
              {t("all_orders")}
            </Button>
          </Group>
        </>
      )}
    </Page>
  )
}
