import { Alert, Button, Group, Modal, MultiSelect, Stack, Switch, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { notifications } from "@mantine/notifications"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch, newKey } from "@/api/client"
import { Refused } from "@/api/problem"
import { queries } from "@/api/queries"
import type { EventType, WebhookEndpoint } from "@/api/schema"
import { EVENT_TYPES } from "@/lib/eventTypes"
import { fieldErrors, why } from "@/lib/why"
import { Conflict } from "@/ui/Conflict"

type Values = { url: string; description: string; event_types: EventType[]; active: boolean }
type Props = {
  endpoint?: WebhookEndpoint
  onClose: () => void
  /** With the secret, of a new one. */
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
  const [key] = useState(newKey)
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
      void queries.invalidateQueries({ queryKey: ["webhook-endpoints"] })
      notifications.show({ color: "green", message: endpoint ? common("saved") : t("created") })
      onSaved(secret)
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  const current = stale(save.error)
  if (current) {
    const theirs = valuesOf(current)
    const names = ["url", "description", "event_types", "active"] as const
    const labels = {
      url: t("url"),
      description: t("description"),
      event_types: t("types"),
      active: t("active"),
    }
    const yours = form.getValues()
    return (
      <Conflict
        what={current.url}
        fields={names.map((name) => ({
          name,
          label: labels[name],
          yours: yours[name],
          theirs: theirs[name],
        }))}
        onClose={() => save.reset()}
        onDecide={(chosen) => {
          form.setValues(
            Object.fromEntries(names.map((name) => [name, (chosen.has(name) ? theirs : yours)[name]])),
          )
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
              {why(save.error, common)}
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

function stale(error: unknown): WebhookEndpoint | null {
  return error instanceof Refused && error.code === "stale"
    ? (error.problem.current as unknown as WebhookEndpoint)
    : null
}
