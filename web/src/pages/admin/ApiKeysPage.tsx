import { Alert, Button, Group, Modal, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { notifications } from "@mantine/notifications"
import { IconKey, IconPlus } from "@tabler/icons-react"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data } from "@/api/client"
import type { ApiKey, Role } from "@/api/generated/schema"
import { invalidate, useList } from "@/api/read"
import { errorText, fieldErrors, useNotifyFailure } from "@/lib/errors"
import { ago, moment } from "@/lib/format"
import { ListTable } from "@/lists/ListTable"
import { Confirm } from "@/ui/Confirm"
import type { Column } from "@/ui/DataTable"
import { Page } from "@/ui/Page"
import { ShownOnce } from "@/ui/ShownOnce"
import { StateBadge } from "@/ui/StateBadge"
import { ROLES } from "./UserForms"

export function Component() {
  const { t } = useTranslation("admin")
  const notifyFailure = useNotifyFailure()
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<string | null>(null)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const list = useList("/api/v1/api-keys", {})
  const revoke = useMutation({
    mutationFn: (key: ApiKey) =>
      data(api.DELETE("/api/v1/api-keys/{id}", { params: { path: { id: key.id } } })),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("keys.revoked") })
      void invalidate("api-keys")
    },
    onError: notifyFailure,
    onSettled: () => setRevoking(null),
  })
  const columns = useColumns(setRevoking)
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t("keys.new")}
    </Button>
  )
  return (
    <Page title={t("keys.title")} hint={t("keys.hint")} actions={add}>
      {made ? (
        <ShownOnce title={t("keys.once")} hint={t("keys.once_hint")} label={t("keys.key")} value={made} />
      ) : null}
      <ListTable
        label={t("keys.title")}
        list={list}
        columns={columns}
        empty={{
          title: t("keys.empty"),
          hint: t("keys.empty_hint"),
          icon: <IconKey size={26} />,
          action: add,
        }}
      />
      {making ? (
        <NewKeyDialog
          onClose={() => setMaking(false)}
          onDone={(key) => {
            setMade(key)
            setMaking(false)
          }}
        />
      ) : null}
      {revoking ? (
        <Confirm
          title={t("keys.revoke_title", { name: revoking.name })}
          hint={t("keys.revoke_hint")}
          action={t("keys.revoke")}
          busy={revoke.isPending}
          onClose={() => setRevoking(null)}
          onConfirm={() => revoke.mutate(revoking)}
        />
      ) : null}
    </Page>
  )
}

function stateOf(key: ApiKey): "active" | "revoked" | "expired" {
  if (key.revoked_at) return "revoked"
  return key.expires_at && Date.parse(key.expires_at) < Date.now() ? "expired" : "active"
}

function useColumns(revoke: (key: ApiKey) => void): Column<ApiKey>[] {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  return [
    {
      key: "name",
      header: common("fields.name"),
      width: "minmax(0, 2fr)",
      cell: (key) => (
        <Text size="sm" fw={500} truncate>
          {key.name}
        </Text>
      ),
    },
    { key: "prefix", header: t("keys.prefix"), hideOnPhone: true, cell: (key) => key.prefix },
    {
      key: "role",
      header: common("fields.role"),
      hideOnPhone: true,
      cell: (key) => common(`roles.${key.role}`),
    },
    {
      key: "used",
      header: t("keys.used"),
      hideOnPhone: true,
      cell: (key) => (key.last_used_at ? ago(key.last_used_at) : t("keys.never")),
    },
    {
      key: "expires",
      header: t("keys.expires"),
      hideOnPhone: true,
      cell: (key) => (key.expires_at ? moment(key.expires_at) : t("keys.never")),
    },
    {
      key: "state",
      header: common("fields.state"),
      width: "100px",
      cell: (key) => <StateBadge of="api_key" state={stateOf(key)} />,
    },
    {
      key: "revoke",
      header: "",
      width: "120px",
      alignRight: true,
      cell: (key) =>
        key.revoked_at ? null : (
          <Button size="compact-sm" variant="default" onClick={() => revoke(key)}>
            {t("keys.revoke")}
          </Button>
        ),
    },
  ]
}

type Values = { name: string; role: Role; expires: string; per_minute: number | string }

/** The dialog that makes an API key. */
function NewKeyDialog({ onClose, onDone }: { onClose: () => void; onDone: (key: string) => void }) {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const form = useForm<Values>({ initialValues: { name: "", role: "clerk", expires: "", per_minute: "" } })
  const make = useMutation({
    mutationFn: ({ name, role, expires, per_minute }: Values) =>
      data(
        api.POST("/api/v1/api-keys", {
          body: {
            name,
            role,
            ...(expires ? { expires_at: new Date(`${expires}T23:59:59`).toISOString() } : {}),
            ...(per_minute ? { per_minute: Number(per_minute) } : {}),
          },
        }),
      ),
    onSuccess: ({ key }) => {
      void invalidate("api-keys")
      onDone(key)
    },
    onError: (error) => {
      const { expires_at, ...errors } = fieldErrors(error)
      form.setErrors(expires_at ? { ...errors, expires: expires_at } : errors)
    },
  })
  return (
    <Modal opened onClose={onClose} title={t("keys.new")}>
      <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
        <Stack>
          <TextInput data-autofocus label={common("fields.name")} required {...form.getInputProps("name")} />
          <Select
            label={common("fields.role")}
            allowDeselect={false}
            data={ROLES.map((role) => ({ value: role, label: common(`roles.${role}`) }))}
            {...form.getInputProps("role")}
          />
          <TextInput type="date" label={t("keys.expires")} {...form.getInputProps("expires")} />
          <NumberInput label={t("keys.per_minute")} min={1} {...form.getInputProps("per_minute")} />
          {make.error && Object.keys(fieldErrors(make.error)).length === 0 ? (
            <Alert color="red" role="alert">
              {errorText(make.error, common)}
            </Alert>
          ) : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common("cancel")}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {t("keys.make")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
