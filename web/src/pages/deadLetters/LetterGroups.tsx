import { Badge, Code, Group, Paper, Progress, Stack, Text } from "@mantine/core"
import { useInterval } from "@mantine/hooks"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { DeadLetterGroup, RedriveOutcome } from "@/api/generated/schema"
import { ago, count, moment } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { ActionButton } from "@/ui/ActionButton"

type Props = {
  group: DeadLetterGroup
  onShow: () => void
  onRedrive: () => void
  onDiscard: () => void
}

/** The card of a group of dead letters with one cause, which are decided together. */
export function LetterGroupCard({ group, onShow, onRedrive, onDiscard }: Props) {
  const { t } = useTranslation("deadLetters")
  const manager = useNeeds("manager")
  return (
    <Paper withBorder p="md" component="article" aria-label={`${group.message_type} · ${group.error}`}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} style={{ flex: "1 1 320px", minWidth: 0 }}>
          <Group gap="xs">
            <Badge color="red" variant="light" tt="none" radius="sm">
              {t("count", { count: group.count })}
            </Badge>
            <Text fw={600} size="sm">
              {t(`causes.${group.cause}`)}
            </Text>
            <Code>{group.message_type}</Code>
          </Group>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {group.error}
          </Text>
          <Text size="xs" c="dimmed">
            {ago(group.oldest) === ago(group.newest)
              ? ago(group.newest)
              : t("since", { oldest: ago(group.oldest), newest: ago(group.newest) })}
          </Text>
        </Stack>
        <Group gap="xs">
          <ActionButton size="xs" variant="default" onClick={onShow}>
            {t("show")}
          </ActionButton>
          <ActionButton size="xs" variant="default" color="red" disabledReason={manager} onClick={onDiscard}>
            {t("discard")}
          </ActionButton>
          <ActionButton size="xs" disabledReason={manager} onClick={onRedrive}>
            {t("redrive")}
          </ActionButton>
        </Group>
      </Group>
    </Paper>
  )
}

/** The progress of a redrive at a chosen rate, by the clock. */
export function RedriveProgress({ outcome, since }: { outcome: RedriveOutcome; since: number }) {
  const { t } = useTranslation("deadLetters")
  const [now, setNow] = useState(Date.now)
  useInterval(() => setNow(Date.now()), 500, { autoInvoke: true })
  const end = outcome.last_at ? Date.parse(outcome.last_at) : 0
  if (!outcome.last_at || end <= now) return null
  const part = (now - since) / (end - since)
  const done = Math.min(outcome.redriven, Math.ceil(part * outcome.redriven))
  return (
    <Paper withBorder p="md" role="status">
      <Text size="sm" mb="xs">
        {t("under_way", { done: count(done), all: count(outcome.redriven), time: moment(outcome.last_at) })}
      </Text>
      <Progress value={part * 100} aria-label={t("redrive")} animated />
    </Paper>
  )
}
