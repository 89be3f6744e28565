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
import type { ExplanationKind, ExplanationStep } from "@/api/generated/schema"
import { read } from "@/api/read"
import { useErrorText } from "@/lib/errors"
import { ago, moment } from "@/lib/format"
import type { words } from "@/lib/words/en"
import { paths } from "@/paths"
import { Failed, LoadingRows } from "@/ui/States"

const APPEARANCE: Record<ExplanationKind, { icon: typeof IconFlag; color: string }> = {
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
/** The steps after which nothing more happens to a message, until a person decides. */
const ENDS: ExplanationKind[] = ["handled", "delivered", "skipped", "dead_letter", "discarded"]

/** The activity of an order: its events and their effects. Reads again while something is under way. */
export function OrderActivity({ id }: { id: string }) {
  const { t } = useTranslation("orders")
  const activity = useQuery({
    ...read("/api/v1/explain/{id}", { path: { id } }),
    refetchInterval: ({ state }) => (state.data && isPending(state.data.steps) ? 700 : false),
  })
  const steps = activity.data?.steps ?? []
  const hasDeadLetter = steps.some((step) => step.kind === "dead_letter")
  const letters = useQuery({
    ...read("/api/v1/dead-letters", { query: { subject: id } }),
    enabled: hasDeadLetter,
  })
  const letter = (step: ExplanationStep) =>
    step.kind === "dead_letter"
      ? letters.data?.items.find((letter) => letter.message_id === step.message_id)?.id
      : undefined
  const failed = useErrorText(activity.error)
  return (
    <Paper withBorder p="md" component="section" aria-label={t("activity.title")}>
      <Title order={2} mb="sm">
        {t("activity.title")}
      </Title>
      {activity.error && !activity.data ? <Failed {...failed} retry={() => void activity.refetch()} /> : null}
      {activity.isPending ? <LoadingRows rows={5} /> : null}
      <Timeline
        bulletSize={20}
        styles={{ item: { marginTop: 14 }, itemTitle: { marginBottom: 0 } }}
        lineWidth={2}
        aria-live="polite"
        active={steps.length}
      >
        {steps.map((step, at) => {
          const { icon: Icon, color } = APPEARANCE[step.kind]
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
                  <StepText step={step} />
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
                  {t("activity.open_dead_letter")}
                </Anchor>
              ) : null}
              <Text size="xs" c="dimmed" title={moment(step.at, "long")}>
                {[ago(step.at), step.actor && actorName(step.actor)].filter(Boolean).join(" · ")}
              </Text>
            </Timeline.Item>
          )
        })}
      </Timeline>
    </Paper>
  )
}

function StepText({ step }: { step: ExplanationStep }) {
  const { t } = useTranslation("orders")
  const known = t("activity.types", { returnObjects: true }) as typeof words.orders.activity.types
  const type = step.message_type in known ? known[step.message_type as keyof typeof known] : step.message_type
  if (step.kind === "event") return type
  const delivery = step.message_type === "MAIL" || step.message_type === "WEBHOOK"
  return t(`activity.kinds.${step.kind}`, {
    type,
    subject: delivery ? step.subject : "",
    status: step.status ? ` (${step.status})` : "",
  })
}

/** The name of an actor, without the kind before it where that says nothing. */
function actorName(actor: string): string {
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
