import { Alert, Button, Group, Modal, MultiSelect, Stack, Switch, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { notifications } from "@mantine/notifications"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch, newIdempotencyKey } from "@/api/client"
import type { EventType, WebhookEndpoint } from "@/api/generated/schema"
import { staleCurrent } from "@/api/problem"
import { invalidate } from "@/api/read"
import { errorText, fieldErrors } from "@/lib/errors"
import { EVENT_TYPES } from "@/lib/eventTypes"
import { FormConflict } from "@/ui/FormConflict"

type Values = { url: string; description: string; event_types: EventType[]; active: boolean }
type Props = {
  endpoint?: WebhookEndpoint
  onClose: () => void
  /** Called with the secret, if the endpoint is new. */
  onSaved: (secret?: string) => void
}

function valuesOf(endpoint?: WebhookEndpoint): Values {
  return {
    url: endpoint?.url ?? "https://",
    description: endpoint?.description ?? "",
    event_types: endpoint?.event_types ?? [],
    active: endpoint ? endpoint.state === "active" : true,
  }
}

export function EndpointForm({ endpoint, onClose, onSaved }: Props) {
  const { t } = useTranslation("webhooks")
  const common = useTranslation().t
  const [key] = useState(newIdempotencyKey)
  const [version, setVersion] = useState(endpoint?.version ?? 0)
  const form = useForm<Values>({ initialValues: valuesOf(endpoint) })
  const save = useMutation({
    mutationFn: async (values: Values) => {
      const body = { ...values, description: values.description.trim() || null }
      if (!endpoint) {
        const headers = { "Idempotency-Key": key }
        return (await data(api.POST("/api/v1/webhook-endpoints", { body, headers }))).secret
      }
      const params = { path: { id: endpoint.id }, header: ifMatch(version) }
      await data(api.PUT("/api/v1/webhook-endpoints/{id}", { params, body }))
      return undefined
    },
    onSuccess: (secret) => {
      void invalidate("webhook-endpoints")
      notifications.show({ color: "green", message: endpoint ? common("saved") : t("created") })
      onSaved(secret)
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  const current = staleCurrent<WebhookEndpoint>(save.error)
  if (current) {
    return (
      <FormConflict
        what={current.url}
        yours={form.getValues()}
        theirs={valuesOf(current)}
        labels={{
          url: t("url"),
          description: t("description"),
          event_types: t("types"),
          active: t("active"),
        }}
        onClose={() => save.reset()}
        onDecide={(values) => {
          form.setValues(values)
          setVersion(current.version)
          save.reset()
        }}
      />
    )
  }
  const fields = Object.keys(fieldErrors(save.error)).length > 0
  return (
    <Modal opened onClose={onClose} title={t(endpoint ? "edit" : "new")} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <TextInput
            data-autofocus
            label={t("url")}
            description={t("url_hint")}
            required
            type="url"
            {...form.getInputProps("url")}
          />
          <TextInput label={t("description")} {...form.getInputProps("description")} />
          <MultiSelect
            label={t("types")}
            description={t("types_hint")}
            data={EVENT_TYPES}
            searchable
            clearable
            {...form.getInputProps("event_types")}
          />
          <Switch label={t("active")} {...form.getInputProps("active", { type: "checkbox" })} />
          {save.error && !fields ? (
            <Alert color="red" role="alert">
              {errorText(save.error, common)}
            </Alert>
          ) : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common("cancel")}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {common("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
