import { Alert, Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { notifications } from "@mantine/notifications"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch } from "@/api/client"
import type { Link, Role, User } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { invalidate } from "@/api/read"
import { errorText, fieldErrors } from "@/lib/errors"
import { ConflictDialog } from "@/ui/ConflictDialog"

export const ROLES: Role[] = ["viewer", "clerk", "manager", "admin"]

function useRoles() {
  const { t } = useTranslation()
  return ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))
}

export function Invite({ onClose, onDone }: { onClose: () => void; onDone: (link: Link) => void }) {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const roles = useRoles()
  const form = useForm({ initialValues: { name: "", email: "", role: "clerk" as Role } })
  const invite = useMutation({
    mutationFn: (body: { name: string; email: string; role: Role }) =>
      data(api.POST("/api/v1/invitations", { body })),
    onSuccess: (link) => {
      void invalidate("invitations")
      onDone(link)
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  return (
    <Modal opened onClose={onClose} title={t("users.invite")}>
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
        <Stack>
          <TextInput data-autofocus label={common("fields.name")} required {...form.getInputProps("name")} />
          <TextInput label={common("fields.email")} type="email" required {...form.getInputProps("email")} />
          <Select
            label={common("fields.role")}
            data={roles}
            allowDeselect={false}
            {...form.getInputProps("role")}
          />
          <Trouble error={invite.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common("cancel")}
            </Button>
            <Button type="submit" loading={invite.isPending}>
              {t("users.send")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

export function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const common = useTranslation().t
  const { t } = useTranslation("admin")
  const roles = useRoles()
  const [version, setVersion] = useState(user.version)
  const form = useForm({ initialValues: { name: user.name, role: user.role } })
  const save = useMutation({
    mutationFn: (body: { name: string; role: Role }) =>
      data(
        api.PUT("/api/v1/users/{id}", { params: { path: { id: user.id }, header: ifMatch(version) }, body }),
      ),
    onSuccess: () => {
      void invalidate("users")
      notifications.show({ color: "green", message: common("saved") })
      onClose()
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  if (save.error instanceof Refused && save.error.code === "stale") {
    const theirs = save.error.problem.current as unknown as User
    const yours = form.getValues()
    return (
      <ConflictDialog
        what={user.name}
        fields={[
          { name: "name", label: common("fields.name"), yours: yours.name, theirs: theirs.name },
          {
            name: "role",
            label: common("fields.role"),
            yours: common(`roles.${yours.role}`),
            theirs: common(`roles.${theirs.role}`),
          },
        ]}
        onClose={() => save.reset()}
        onDecide={(chosen) => {
          form.setValues({
            name: chosen.has("name") ? theirs.name : yours.name,
            role: chosen.has("role") ? theirs.role : yours.role,
          })
          setVersion(theirs.version)
          save.reset()
        }}
      />
    )
  }
  return (
    <Modal opened onClose={onClose} title={`${t("users.edit")} · ${user.email}`}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <TextInput data-autofocus label={common("fields.name")} required {...form.getInputProps("name")} />
          <Select
            label={common("fields.role")}
            data={roles}
            allowDeselect={false}
            {...form.getInputProps("role")}
          />
          <Trouble error={save.error} />
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

/** The error of a form that is not about a field. */
function Trouble({ error }: { error: unknown }) {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  if (!error || Object.keys(fieldErrors(error)).length > 0) return null
  const last = error instanceof Refused && error.code === "last_admin"
  return (
    <Alert color="red" role="alert">
      {last ? t("users.last_admin") : errorText(error, common)}
    </Alert>
  )
}
