import { Anchor, Paper, Text, Timeline, Title } from "@mantine/core"
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCheck,
  IconClock,
  IconFlag,
  IconMail,
  IconSend,
  IconX,
} from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import { api, data } from "@/api/client"
import type { EventType, ExplanationKind, ExplanationStep } from "@/api/schema"
import { ago, moment } from "@/lib/format"
import { useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { Failed, LoadingRows } from "@/ui/States"

const LOOKS: Record<ExplanationKind, { icon: typeof IconFlag; color: string }> = {
  event: { icon: IconFlag, color: "counter" },
  handled: { icon: IconCheck, color: "green" },
  planned: { icon: IconMail, color: "gray" },
  attempt: { icon: IconAlertTriangle, color: "orange" },
  delivered: { icon: IconSend, color: "green" },
  skipped: { icon: IconX, color: "gray" },
  dead_letter: { icon: IconAlertTriangle, color: "red" },
  redriven: { icon: IconArrowBackUp, color: "blue" },
  discarded: { icon: IconX, color: "gray" },
  in_queue: { icon: IconClock, color: "yellow" },
  due: { icon: IconClock, color: "yellow" },
}
/** With these, what was begun has come to an end, until a person decides. */
const ENDS: ExplanationKind[] = ["handled", "delivered", "skipped", "dead_letter", "discarded"]

/** What happened, and what came of it: events, mails, webhooks, dead letters. Looks again while something is under way. */
export function OrderStory({ id }: { id: string }) {
  const { t } = useTranslation("orders")
  const story = useQuery({
    queryKey: ["explain", id],
    queryFn: ({ signal }) => data(api.GET("/api/v1/explain/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isPending(state.data.steps) ? 700 : false),
  })
  const steps = story.data?.steps ?? []
  const given = steps.some((step) => step.kind === "dead_letter")
  const letters = useQuery({
    queryKey: ["dead-letters", "of", id],
    enabled: given,
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/dead-letters", { params: { query: { subject: id } }, signal })),
  })
  const letter = (step: ExplanationStep) =>
    step.kind === "dead_letter"
      ? letters.data?.items.find((letter) => letter.message_id === step.message_id)?.id
      : undefined
  const failed = useWhy(story.error)
  return (
    <Paper withBorder p="md" component="section" aria-label={t("story.title")}>
      <Title order={2} mb="sm">
        {t("story.title")}
      </Title>
      {story.error && !story.data ? <Failed {...failed} retry={() => void story.refetch()} /> : null}
      {story.isPending ? <LoadingRows rows={5} /> : null}
      <Timeline
        bulletSize={20}
        styles={{ item: { marginTop: 14 }, itemTitle: { marginBottom: 0 } }}
        lineWidth={2}
        aria-live="polite"
        active={steps.length}
      >
        {steps.map((step, at) => {
          const { icon: Icon, color } = LOOKS[step.kind]
          const to = letter(step)
          return (
            <Timeline.Item
              // biome-ignore lint/suspicious/noArrayIndexKey: steps come in the order of time and have no id
              key={`${step.message_id}${step.kind}${at}`}
              color={color}
              bullet={<Icon size={13} aria-hidden />}
              lineVariant={step.kind === "in_queue" || step.kind === "due" ? "dashed" : "solid"}
              title={
                <Text size="sm" fw={step.kind === "event" ? 600 : 400}>
                  <Said step={step} />
                </Text>
              }
            >
              {step.detail ? (
                <Text
                  size="xs"
                  c={color === "red" ? "var(--mantine-color-error)" : undefined}
                  style={{ overflowWrap: "anywhere" }}
                >
                  {/* The letter's id is in the link below. */}
                  {step.detail.replace(/^dlt_\w+: /, "")}
                </Text>
              ) : null}
              {to ? (
                <Anchor component={Link} to={paths.deadLetter(to)} size="xs">
                  {t("story.open_dead_letter")}
                </Anchor>
              ) : null}
              <Text size="xs" c="dimmed" title={moment(step.at, "long")}>
                {[ago(step.at), step.actor && who(step.actor)].filter(Boolean).join(" · ")}
              </Text>
            </Timeline.Item>
          )
        })}
      </Timeline>
    </Paper>
  )
}

function Said({ step }: { step: ExplanationStep }) {
  const { t } = useTranslation("orders")
  const eventName = useTranslation("events").t
  const delivery =
    step.message_type === "MAIL" || step.message_type === "WEBHOOK" ? step.message_type : undefined
  const type = delivery
    ? t(`story.deliveries.${delivery}`)
    : eventName(step.message_type as EventType, { defaultValue: step.message_type })
  if (step.kind === "event") return type
  return t(`story.kinds.${step.kind}`, {
    type,
    subject: delivery ? step.subject : "",
    status: step.status ? ` (${step.status})` : "",
  })
}

/** A name without the part of the system or the kind before it, where that says nothing. */
function who(actor: string): string {
  return actor.startsWith("user:") ? actor.slice(5) : actor
}

function isPending(steps: ExplanationStep[]): boolean {
  const ended = new Set(steps.filter((step) => ENDS.includes(step.kind)).map((step) => step.message_id))
  return steps.some(
    (step) =>
      !ended.has(step.message_id) &&
      // A delivery may wait for hours: nobody needs to look so often then.
      (step.kind === "event" || step.kind === "planned" || step.kind === "in_queue") &&
      Date.now() - new Date(step.at).getTime() < 120_000,
  )
}
