import { Alert, Anchor, Code, Group, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useParams } from "react-router"
import type { DeadLetterRecord } from "@/api/generated/schema"
import { read } from "@/api/read"
import { ago, moment } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { useNeeds } from "@/lib/useNeeds"
import { pathOf, paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { Attempts } from "@/ui/Attempts"
import { DescriptionList } from "@/ui/DescriptionList"
import { Page } from "@/ui/Page"
import { Section } from "@/ui/Section"
import { StateBadge } from "@/ui/StateBadge"
import { DecisionDialog } from "./DecisionDialog"
import { MessageEditor } from "./MessageEditor"

export function Component() {
  const { t } = useTranslation("deadLetters")
  const { id = "" } = useParams()
  const letter = useQuery({
    ...read("/api/v1/dead-letters/{id}", { path: { id } }),
    // What a redrive does comes a moment later.
    refetchInterval: ({ state }) =>
      state.data?.state === "redriven" && !state.data.effects.handled_at ? 2_000 : false,
  })
  return (
    <Loaded query={letter}>
      {(letter) => (
        <Page
          title={`${t("letter")} · ${letter.message_type}`}
          aside={<StateBadge of="dead_letter" state={letter.state} />}
          hint={
            <Anchor component={Link} to={paths.deadLetters} size="sm">
              {t("title")}
            </Anchor>
          }
          actions={<Discard letter={letter} />}
        >
          <Alert color="red" variant="light" title={t(`causes.${letter.cause}`)}>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {letter.error}
            </Text>
          </Alert>
          <What letter={letter} />
          <MessageEditor key={letter.state} letter={letter} />
          <Section title={t("attempts")}>
            <Attempts attempts={letter.attempts} />
          </Section>
          <Effects effects={letter.effects} />
        </Page>
      )}
    </Loaded>
  )
}

function Discard({ letter }: { letter: DeadLetterRecord }) {
  const { t } = useTranslation("deadLetters")
  const manager = useNeeds("manager")
  const [asking, setAsking] = useState(false)
  return (
    <>
      <ActionButton
        variant="default"
        disabledReason={manager ?? (letter.state === "open" ? null : t("decided"))}
        onClick={() => setAsking(true)}
      >
        {t("discard")}
      </ActionButton>
      {asking ? (
        <DecisionDialog
          what="discard"
          chosen={{ ids: [letter.id] }}
          onClose={() => setAsking(false)}
          onDone={() => setAsking(false)}
        />
      ) : null}
    </>
  )
}

function What({ letter }: { letter: DeadLetterRecord }) {
  const { t } = useTranslation("deadLetters")
  const common = useTranslation().t
  const subject = letter.about?.id ?? letter.subject
  const to = subject ? pathOf(subject) : null
  const label = letter.about?.label ?? subject
  return (
    <DescriptionList
      facts={[
        [
          t("about"),
          to ? (
            <Anchor key="about" component={Link} to={to} size="sm">
              {label}
            </Anchor>
          ) : (
            label
          ),
        ],
        [t("message_id"), <Code key="id">{letter.message_id}</Code>],
        [t("when"), `${moment(letter.created_at)} · ${ago(letter.created_at)}`],
        [t("received"), t("times", { count: letter.receive_count })],
        [
          t("closed"),
          letter.closed_at
            ? t("closed_by", { time: moment(letter.closed_at), who: letter.closed_by ?? "–" })
            : null,
        ],
        [common("fields.reason"), letter.reason],
      ]}
    />
  )
}

function Effects({ effects }: { effects: DeadLetterRecord["effects"] }) {
  const { t } = useTranslation("deadLetters")
  const nothing = !effects.handled_at && effects.deliveries.length === 0 && effects.timeline.length === 0
  return (
    <Section title={t("effects")}>
      {nothing ? (
        <Text size="sm" c="dimmed">
          {t("effects_none")}
        </Text>
      ) : null}
      {effects.handled_at ? (
        <Text size="sm">{t("handled", { time: moment(effects.handled_at) })}</Text>
      ) : null}
      <Stack gap={6}>
        {effects.deliveries.map((delivery) => (
          <Group key={delivery.id} gap="xs">
            <StateBadge of="delivery" state={delivery.state} />
            <Text size="sm">{t(`delivery_kinds.${delivery.kind}`)}</Text>
            <Code>{delivery.target}</Code>
            {delivery.error ? (
              <Text size="sm" c="dimmed">
                {delivery.error}
              </Text>
            ) : null}
          </Group>
        ))}
        {effects.timeline.map((entry) => (
          <Text key={entry.event_id + entry.about} size="sm">
            {moment(entry.occurred_at)} · {entry.summary}
          </Text>
        ))}
      </Stack>
    </Section>
  )
}
