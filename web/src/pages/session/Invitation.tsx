import { Alert, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router"
import { api, data } from "@/api/client"
import { Refused } from "@/api/problem"
import { errorText, fieldErrors } from "@/lib/errors"
import { paths } from "@/paths"
import { PublicPage } from "./PublicPage"

/** The screen that accepts an invitation. Its link is `/invitation#token`, so that the token reaches no server's log. */
export function Component() {
  const { t } = useTranslation("session")
  const common = useTranslation().t
  const navigate = useNavigate()
  const [token] = useState(() => location.hash.slice(1))
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", password: "", repeat: "" },
    validate: { repeat: (repeat, all) => (repeat === all.password ? null : t("invitation.differs")) },
  })
  const accept = useMutation({
    mutationFn: ({ name, password }: { name: string; password: string }) =>
      data(api.POST("/api/v1/invitations/accept", { body: { token, password, name: name.trim() || null } })),
    onSuccess: () => navigate(paths.signIn, { replace: true, state: { done: true } }),
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  const bad = accept.error instanceof Refused && accept.error.code === "bad_invitation"
  return (
    <PublicPage title={t("invitation.title")}>
      {token ? (
        <form onSubmit={form.onSubmit((values) => accept.mutate(values))}>
          <Stack>
            <Text c="dimmed">{t("invitation.explain")}</Text>
            <TextInput label={t("invitation.name")} autoComplete="name" {...form.getInputProps("name")} />
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
            {accept.error ? (
              <Alert color="red" role="alert">
                {bad ? t("invitation.bad") : errorText(accept.error, common)}
              </Alert>
            ) : null}
            <Button type="submit" loading={accept.isPending}>
              {t("invitation.submit")}
            </Button>
          </Stack>
        </form>
      ) : (
        <Alert color="red">{t("invitation.missing")}</Alert>
      )}
    </PublicPage>
  )
}
