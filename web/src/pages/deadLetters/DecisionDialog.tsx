import { Alert, Button, Group, Modal, Select, Stack, Text, Textarea } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data } from "@/api/client"
import type { RedriveOutcome } from "@/api/generated/schema"
import { invalidate } from "@/api/read"
import { errorText } from "@/lib/errors"
import { ActionButton } from "@/ui/ActionButton"

/** The letters that are decided: by id, or a whole group with the count that was shown. */
export type Chosen = { ids: string[] } | { group: string; count: number }
const RATES = ["all", "1", "10", "50"] as const
type Props = {
  what: "redrive" | "discard"
  chosen: Chosen
  onClose: () => void
  onDone: (outcome?: RedriveOutcome) => void
}

/** The dialog that asks before letters are retried or ignored. */
export function DecisionDialog({ what, chosen, onClose, onDone }: Props) {
  const { t } = useTranslation("deadLetters")
  const common = useTranslation().t
  const [reason, setReason] = useState("")
  const [rate, setRate] = useState<string>("all")
  const which = "ids" in chosen ? { ids: chosen.ids } : { group: chosen.group }
  const count = "ids" in chosen ? chosen.ids.length : chosen.count
  const notifyDone = (done: string, skipped: number) =>
    notifications.show({
      color: "green",
      title: done,
      message: skipped > 0 ? t("skipped", { count: skipped }) : null,
    })
  const act = useMutation({
    mutationFn: async () => {
      if (what === "discard") {
        const body = { ...which, reason: reason.trim() }
        const outcome = await data(api.POST("/api/v1/dead-letters/discard", { body }))
        notifyDone(t("discarded", { count: outcome.discarded }), outcome.skipped)
        return undefined
      }
      const body = { ...which, ...(rate === "all" ? {} : { per_second: Number(rate) }) }
      const outcome = await data(api.POST("/api/v1/dead-letters/redrive", { body }))
      notifyDone(t("redriven", { count: outcome.redriven }), outcome.skipped)
      return outcome
    },
    onSuccess: (outcome) => {
      void invalidate("dead-letters")
      onDone(outcome)
    },
  })
  return (
    <Modal opened onClose={onClose} title={t(`${what}_many`, { count })}>
      <Stack>
        <Text size="sm">{t(`${what}_explain`)}</Text>
        {what === "discard" ? (
          <Textarea
            data-autofocus
            label={t("reason")}
            required
            autosize
            minRows={2}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        ) : (
          <Select
            label={t("rate")}
            allowDeselect={false}
            value={rate}
            onChange={(value) => setRate(value ?? "all")}
            data={RATES.map((value) => ({ value, label: t(`rates.${value}`) }))}
          />
        )}
        {act.error ? (
          <Alert color="red" role="alert">
            {errorText(act.error, common)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common("cancel")}
          </Button>
          <ActionButton
            color={what === "discard" ? "red" : undefined}
            loading={act.isPending}
            disabledReason={what === "discard" && !reason.trim() ? common("errors.required") : null}
            onClick={() => act.mutate()}
          >
            {t(what)}
          </ActionButton>
        </Group>
      </Stack>
    </Modal>
  )
}
