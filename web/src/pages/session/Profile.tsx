import {
  Alert,
  Badge,
  Button,
  Group,
  PasswordInput,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core"
import { useForm } from "@mantine/form"
import { notifications } from "@mantine/notifications"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router"
import { api, data, ifMatch } from "@/api/client"
import type { Language, User } from "@/api/generated/schema"
import { Refused, staleCurrent } from "@/api/problem"
import { queries } from "@/api/queries"
import { invalidate, read, store } from "@/api/read"
import { endSession, updateSessionUser } from "@/api/session"
import { errorText, fieldErrors, useNotifyFailure } from "@/lib/errors"
import { ago } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { LANGUAGES } from "@/lib/language"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { FormConflict } from "@/ui/FormConflict"
import { Page } from "@/ui/Page"
import { Section } from "@/ui/Section"
import { SecondFactor } from "./SecondFactor"

export function Component() {
  const { t } = useTranslation("session")
  const me = useQuery(read("/api/v1/me", {}))
  return (
    <Page title={t("profile.title")} hint={me.data?.email} width={640}>
      <Loaded query={me}>
        {(user) => (
          <Stack gap="xl">
            <About user={user} />
            <Password />
            <SecondFactor user={user} />
            <Sessions />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

type AboutValues = { name: string; language: Language | null }

function About({ user }: { user: User }) {
  const { t } = useTranslation("session")
  const common = useTranslation().t
  const [version, setVersion] = useState(user.version)
  const form = useForm<AboutValues>({ initialValues: { name: user.name, language: user.language ?? null } })
  const save = useMutation({
    mutationFn: (body: AboutValues) =>
      data(api.PUT("/api/v1/me", { params: { header: ifMatch(version) }, body })),
    onSuccess: (saved) => {
      store("/api/v1/me", {}, saved)
      updateSessionUser(saved)
      setVersion(saved.version)
      form.resetDirty()
      notifications.show({ color: "green", message: common("saved") })
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  const theirs = staleCurrent<User>(save.error)
  return (
    <Section title={t("profile.about")}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm">
          <TextInput
            label={common("fields.name")}
            required
            autoComplete="name"
            {...form.getInputProps("name")}
          />
          <Select
            label={common("language")}
            description={t("profile.language_hint")}
            placeholder={t("profile.language_none")}
            clearable
            data={LANGUAGES.map((language) => ({ value: language, label: common(`languages.${language}`) }))}
            {...form.getInputProps("language")}
          />
          {save.error && !theirs ? (
            <Alert color="red" role="alert">
              {errorText(save.error, common)}
            </Alert>
          ) : null}
          <Group>
            <ActionButton
              type="submit"
              disabledReason={form.isDirty() ? null : t("profile.saved")}
              loading={save.isPending}
            >
              {common("save")}
            </ActionButton>
          </Group>
        </Stack>
      </form>
      {theirs ? (
        <FormConflict
          what={t("profile.title")}
          yours={form.getValues()}
          theirs={{ name: theirs.name, language: theirs.language ?? null }}
          labels={{ name: common("fields.name"), language: common("language") }}
          onClose={() => save.reset()}
          onDecide={(values) => {
            form.setValues(values)
            setVersion(theirs.version)
            save.reset()
          }}
        />
      ) : null}
    </Section>
  )
}

function Password() {
  const { t } = useTranslation("session")
  const common = useTranslation().t
  const form = useForm({
    initialValues: { current: "", new: "", repeat: "" },
    validate: { repeat: (repeat, all) => (repeat === all.new ? null : t("invitation.differs")) },
  })
  const change = useMutation({
    mutationFn: (values: { current: string; new: string }) =>
      data(api.PUT("/api/v1/me/password", { body: { current: values.current, new: values.new } })),
    onSuccess: () => {
      form.reset()
      void invalidate("sessions")
      notifications.show({ color: "green", message: t("profile.changed") })
    },
    onError: (error) => {
      if (error instanceof Refused && error.code === "wrong_password")
        form.setErrors({ current: errorText(error, common) })
      else form.setErrors(fieldErrors(error))
    },
  })
  const said = Object.keys(form.errors).length > 0
  return (
    <Section title={t("profile.password")}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack gap="sm">
          <PasswordInput
            label={t("profile.current")}
            autoComplete="current-password"
            required
            {...form.getInputProps("current")}
          />
          <PasswordInput
            label={t("profile.new")}
            description={t("invitation.hint")}
            autoComplete="new-password"
            required
            {...form.getInputProps("new")}
          />
          <PasswordInput
            label={t("profile.repeat")}
            autoComplete="new-password"
            required
            {...form.getInputProps("repeat")}
          />
          {change.error && !said ? (
            <Alert color="red" role="alert">
              {errorText(change.error, common)}
            </Alert>
          ) : null}
          <Group>
            <Button type="submit" variant="default" loading={change.isPending}>
              {t("profile.change")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}

function Sessions() {
  const { t } = useTranslation("session")
  const navigate = useNavigate()
  const notifyFailure = useNotifyFailure()
  const sessions = useQuery(read("/api/v1/sessions", {}))
  const end = useMutation({
    mutationFn: (id: string) => data(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } })),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("profile.ended") })
      void invalidate("sessions")
    },
    onError: notifyFailure,
  })
  const endAll = useMutation({
    mutationFn: () => data(api.DELETE("/api/v1/sessions")),
    onSuccess: () => {
      endSession()
      queries.clear()
      navigate(paths.signIn)
    },
    onError: notifyFailure,
  })
  return (
    <Section title={t("profile.sessions")}>
      <Text size="sm" c="dimmed">
        {t("profile.sessions_hint")}
      </Text>
      <Loaded query={sessions}>
        {({ items }) => (
          <Table aria-label={t("profile.sessions")}>
            <Table.Tbody>
              {items.map((session) => (
                <Table.Tr key={session.id}>
                  <Table.Td>
                    <Group gap="xs">
                      <Text size="sm" lineClamp={1} maw={360}>
                        {session.user_agent ?? t("profile.unknown")}
                      </Text>
                      {session.current ? (
                        <Badge variant="light" tt="none" radius="sm">
                          {t("profile.this_session")}
                        </Badge>
                      ) : null}
                    </Group>
                    <Text size="xs" c="dimmed">
                      {session.address ? `${session.address} · ` : ""}
                      {t("profile.used", { when: ago(session.last_used_at) })}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="right">
                    <ActionButton
                      size="xs"
                      variant="default"
                      disabledReason={session.current ? t("profile.end_this") : null}
                      loading={end.isPending && end.variables === session.id}
                      onClick={() => end.mutate(session.id)}
                    >
                      {t("profile.end")}
                    </ActionButton>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Loaded>
      <Group>
        <Button variant="default" color="red" loading={endAll.isPending} onClick={() => endAll.mutate()}>
          {t("profile.end_all")}
        </Button>
      </Group>
    </Section>
  )
}
