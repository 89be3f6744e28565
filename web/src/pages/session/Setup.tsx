import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import { api, data } from "@/api/client"
import { Refused } from "@/api/problem"
import { store } from "@/api/read"
import { errorText, fieldErrors } from "@/lib/errors"
import { paths } from "@/paths"
import { PublicPage } from "./PublicPage"
import { setupState } from "./setupState"

/** The screen that creates the first administrator. The server prints its link while there is no user: `/setup#token`. */
export function Component() {
  const { t } = useTranslation("session")
  const common = useTranslation().t
  const navigate = useNavigate()
  const [token] = useState(() => location.hash.slice(1))
  const state = useQuery(setupState)
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", email: "", password: "", repeat: "" },
    validate: { repeat: (repeat, all) => (repeat === all.password ? null : t("invitation.differs")) },
  })
  const create = useMutation({
    mutationFn: ({ name, email, password }: { name: string; email: string; password: string }) =>
      data(api.POST("/api/v1/setup", { body: { token, name: name.trim(), email: email.trim(), password } })),
    onSuccess: () => {
      store("/api/v1/setup", {}, { needed: false })
      return navigate(paths.signIn, { replace: true, state: { done: true } })
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  const code = create.error instanceof Refused ? create.error.code : null
  if (state.data?.needed === false || code === "set_up_already") {
    return (
      <PublicPage title={t("setup.title")}>
        <Alert color="blue">{t("setup.closed")}</Alert>
        <Anchor component={Link} to={paths.signIn}>
          {t("submit")}
        </Anchor>
      </PublicPage>
    )
  }
  return (
    <PublicPage title={t("setup.title")}>
      <Text c="dimmed">{t("setup.explain")}</Text>
      {token ? (
        <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
          <Stack>
            <TextInput
              label={t("invitation.name")}
              autoComplete="name"
              autoFocus
              required
              {...form.getInputProps("name")}
            />
            <TextInput
              label={t("email")}
              type="email"
              autoComplete="username"
              required
              {...form.getInputProps("email")}
            />
            <PasswordInput
              label={t("password")}
              description={t("invitation.hint")}
              autoComplete="new-password"
              required
              minLength={12}
              {...form.getInputProps("password")}
            />
            <PasswordInput
              label={t("invitation.repeat")}
              autoComplete="new-password"
              required
              {...form.getInputProps("repeat")}
            />
            {create.error ? (
              <Alert color="red" role="alert">
                {code === "bad_setup_link" ? t("setup.bad") : errorText(create.error, common)}
              </Alert>
            ) : null}
            <Button type="submit" loading={create.isPending}>
              {t("setup.submit")}
            </Button>
          </Stack>
        </form>
      ) : (
        <Alert color="red">{t("setup.missing")}</Alert>
      )}
    </PublicPage>
  )
}
