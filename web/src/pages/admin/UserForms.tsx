import { Alert, Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { notifications } from "@mantine/notifications"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch } from "@/api/client"
import type { Link, Role, User } from "@/api/generated/schema"
import { Refused, staleCurrent } from "@/api/problem"
import { invalidate } from "@/api/read"
import { errorText, fieldErrors } from "@/lib/errors"
import { FormConflict } from "@/ui/FormConflict"

export const ROLES: Role[] = ["viewer", "clerk", "manager", "admin"]

function useRoles() {
  const { t } = useTranslation()
  return ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))
}

/** The dialog that invites a user. */
export function InviteDialog({ onClose, onDone }: { onClose: () => void; onDone: (link: Link) => void }) {
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
          <FormError error={invite.error} />
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

/** The dialog that changes the name and the role of a user. */
export function EditUserDialog({ user, onClose }: { user: User; onClose: () => void }) {
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
  const theirs = staleCurrent<User>(save.error)
  if (theirs)
    return (
      <FormConflict
        what={user.name}
        yours={form.getValues()}
        theirs={{ name: theirs.name, role: theirs.role }}
        labels={{ name: common("fields.name"), role: common("fields.role") }}
        show={{ role: (role) => common(`roles.${role}`) }}
        onClose={() => save.reset()}
        onDecide={(values) => {
          form.setValues(values)
          setVersion(theirs.version)
          save.reset()
        }}
      />
    )
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
          <FormError error={save.error} />
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
function FormError({ error }: { error: unknown }) {
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
