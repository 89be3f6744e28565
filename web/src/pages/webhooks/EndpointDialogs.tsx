import { Alert, Button, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { useMutation } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data } from "@/api/client"
import type { Delivery } from "@/api/generated/schema"
import { queries } from "@/api/queries"
import { invalidate, read } from "@/api/read"
import { errorText } from "@/lib/errors"

type Ask = {
  title: string
  hint: string
  action: string
  danger?: boolean
  act: { mutate: () => void; isPending: boolean; error: unknown }
  onClose: () => void
  children?: ReactNode
}

function Ask({ title, hint, action, danger, act, onClose, children }: Ask) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack>
        <Text size="sm">{hint}</Text>
        {children}
        {act.error ? (
          <Alert color="red" role="alert">
            {errorText(act.error, t)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button color={danger ? "red" : undefined} loading={act.isPending} onClick={() => act.mutate()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

type Props<T> = { id: string; onClose: () => void; onDone: (result: T) => void }

function renew() {
  void invalidate("webhook-endpoints")
  void invalidate("webhook-deliveries")
}

export function Rotate({ id, onClose, onDone }: Props<string>) {
  const { t } = useTranslation("webhooks")
  const [hours, setHours] = useState<number | string>(24)
  const act = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/webhook-endpoints/{id}/rotate-secret", {
          params: { path: { id } },
          body: { overlap_hours: Number(hours) },
        }),
      ),
    onSuccess: ({ secret }) => {
      renew()
      onDone(secret)
    },
  })
  return (
    <Ask title={t("rotate")} hint={t("rotate_hint")} action={t("rotate")} act={act} onClose={onClose}>
      <NumberInput label={t("overlap")} min={0} max={168} value={hours} onChange={setHours} />
    </Ask>
  )
}

/** A moment as a `datetime-local` input writes it, in the reader's time zone. */
function local(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export function Replay({ id, onClose, onDone }: Props<Delivery>) {
  const { t } = useTranslation("webhooks")
  const [since, setSince] = useState(() => local(new Date(Date.now() - 86_400_000)))
  const act = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/webhook-endpoints/{id}/replay", {
          params: { path: { id } },
          body: { since: new Date(since).toISOString() },
        }),
      ),
    onSuccess: (delivery) => {
      renew()
      onDone(delivery)
    },
  })
  return (
    <Ask title={t("replay_title")} hint={t("replay_hint")} action={t("replay")} act={act} onClose={onClose}>
      <TextInput
        type="datetime-local"
        label={t("since")}
        required
        value={since}
        onChange={(event) => setSince(event.currentTarget.value)}
      />
    </Ask>
  )
}

export function Remove({ id, onClose, onDone }: Props<void>) {
  const { t } = useTranslation("webhooks")
  const act = useMutation({
    mutationFn: () => data(api.DELETE("/api/v1/webhook-endpoints/{id}", { params: { path: { id } } })),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("deleted") })
      queries.removeQueries(read("/api/v1/webhook-endpoints/{id}", { path: { id } }))
      void invalidate("/api/v1/webhook-endpoints")
      onDone()
    },
  })
  return (
    <Ask
      title={t("delete_title")}
      hint={t("delete_hint")}
      action={t("delete")}
      danger
      act={act}
      onClose={onClose}
    />
  )
}
