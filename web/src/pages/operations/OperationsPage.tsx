import { Anchor, Paper, SimpleGrid, Skeleton, Table, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { lazy, type ReactNode, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import type { Operations, Sample } from "@/api/generated/schema"
import { read } from "@/api/read"
import { ago, count, moment } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { paths } from "@/paths"
import { Page } from "@/ui/Page"
import { Section } from "@/ui/Section"
import { StateBadge } from "@/ui/StateBadge"

const Graph = lazy(() => import("./Graph"))
/** Milliseconds between two reads. */
const EVERY = 5_000

export function Component() {
  const { t } = useTranslation("operations")
  const operations = useQuery({
    ...read("/api/v1/operations", {}),
    refetchInterval: EVERY,
  })
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Loaded query={operations}>
        {(operations) => (
          <>
            <Figures operations={operations} />
            <Workers workers={operations.workers} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

type Name = Exclude<keyof Sample, "minute">

function Figures({ operations: { now, history } }: { operations: Operations }) {
  const { t } = useTranslation("operations")
  const seconds = (value?: number | null) => t("seconds", { number: count(Math.round(value ?? 0)) })
  // None where the queue does not answer.
  const known = (value?: number | null) => (typeof value === "number" ? count(value) : "–")
  const oldest = Math.max(now.outbox_oldest_seconds ?? 0, now.queue_oldest_seconds ?? 0)
  const figures: [Name, string, ReactNode, string][] = [
    ["events", count(now.events_last_minute), null, "blue.6"],
    [
      "effects",
      count(now.effects_last_minute),
      t("deliveries", { number: count(now.deliveries_pending) }),
      "teal.6",
    ],
    [
      "outbox_waiting",
      count(now.outbox_waiting),
      t("outbox_oldest", { age: seconds(now.outbox_oldest_seconds) }),
      "violet.6",
    ],
    [
      "queue_waiting",
      known(now.queue_waiting),
      t("queue_held", { number: known(now.queue_held) }),
      "grape.6",
    ],
    ["oldest_seconds", seconds(oldest), null, "orange.6"],
    [
      "dead_letters_open",
      count(now.dead_letters_open),
      <Anchor key="deadLetters" component={Link} to={paths.deadLetters} size="xs">
        {t("to_dead_letters")}
      </Anchor>,
      "red.6",
    ],
  ]
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="sm">
      {figures.map(([name, value, aside, colour]) => (
        <Paper key={name} withBorder p="md" component="section" aria-label={t(`figures.${name}`)}>
          <Text size="sm" c="dimmed">
            {t(`figures.${name}`)}
          </Text>
          <Text fz={26} fw={600} lh={1.3}>
            {value}
          </Text>
          <Text size="xs" c="dimmed" component="div" mih={19}>
            {aside}
          </Text>
          {history.length > 1 ? (
            <Suspense fallback={<Skeleton h={90} />}>
              <Graph history={history} of={name} label={t(`figures.${name}`)} colour={colour} />
            </Suspense>
          ) : (
            <Text size="xs" c="dimmed" mt="sm">
              {t("no_history")}
            </Text>
          )}
        </Paper>
      ))}
    </SimpleGrid>
  )
}

function Workers({ workers }: { workers: Operations["workers"] }) {
  const { t } = useTranslation("operations")
  return (
    <Section title={t("workers")}>
      {workers.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("workers_none")}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={480}>
          <Table aria-label={t("workers")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("name")}</Table.Th>
                <Table.Th>{t("kind")}</Table.Th>
                <Table.Th>{t("started")}</Table.Th>
                <Table.Th>{t("seen")}</Table.Th>
                <Table.Th>{t("state")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {workers.map((worker) => (
                <Table.Tr key={worker.name + worker.kind}>
                  <Table.Td>{worker.name}</Table.Td>
                  <Table.Td>{t(`kinds.${worker.kind}`)}</Table.Td>
                  <Table.Td>{moment(worker.started_at)}</Table.Td>
                  <Table.Td>{ago(worker.last_seen)}</Table.Td>
                  <Table.Td>
                    <StateBadge of="worker" state={worker.lost ? "lost" : "alive"} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  )
}
