import { Alert, Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation, useQuery } from "@tanstack/react-query"
import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import { Navigate, useLocation } from "react-router"
import { Refused, Unreachable } from "@/api/problem"
import { queries } from "@/api/queries"
import { session, signIn } from "@/api/session"
import { useStore } from "@/lib/store"
import { paths } from "@/paths"
import { PublicPage } from "./PublicPage"
import { setupState } from "./setupState"

export function Component() {
  const { t } = useTranslation("session")
  const current = useStore(session)
  const location = useLocation() as { state: { from?: string; ended?: boolean; done?: boolean } | null }
  const setup = useQuery(setupState)
  const form = useForm({ mode: "uncontrolled", initialValues: { email: "", password: "", code: "" } })
  const enter = useMutation({
    mutationFn: ({ email, password, code }: { email: string; password: string; code: string }) =>
      signIn({ email: email.trim(), password, code: code.trim() || null }),
    // What the one before has read is not for the next.
    onMutate: () => queries.clear(),
  })
  const code =
    enter.error instanceof Refused &&
    ["second_factor_required", "bad_second_factor"].includes(enter.error.code)
  const another = () => {
    form.reset()
    enter.reset()
  }
  if (typeof current === "object") return <Navigate to={location.state?.from ?? paths.today} replace />
  const wrong =
    enter.error && !(enter.error instanceof Refused && enter.error.code === "second_factor_required")
  return (
    <PublicPage title={t("title")}>
      {setup.data?.needed ? <Alert color="blue">{t("setup.first")}</Alert> : null}
      {location.state?.done ? <Alert color="green">{t("invitation.done")}</Alert> : null}
      <form onSubmit={form.onSubmit((values) => enter.mutate(values))}>
        <Stack>
          <TextInput
            label={t("email")}
            type="email"
            autoComplete="username"
            autoFocus
            required
            {...form.getInputProps("email")}
            display={code ? "none" : undefined}
          />
          <PasswordInput
            label={t("password")}
            autoComplete="current-password"
            required
            {...form.getInputProps("password")}
            display={code ? "none" : undefined}
          />
          {code ? (
            <TextInput
              label={t("code")}
              description={t("code_hint")}
              autoComplete="one-time-code"
              autoFocus
              required
              {...form.getInputProps("code")}
            />
          ) : null}
          {wrong ? (
            <Alert color="red" role="alert">
              {said(enter.error, t)}
            </Alert>
          ) : null}
          <Button type="submit" loading={enter.isPending}>
            {t(code ? "code_submit" : "submit")}
          </Button>
          {code ? (
            <Anchor component="button" type="button" size="sm" onClick={another}>
              {t("another")}
            </Anchor>
          ) : null}
        </Stack>
      </form>
    </PublicPage>
  )
}

function said(error: Error, t: TFunction<"session">): string {
  if (error instanceof Unreachable) return t("errors.unreachable")
  if (!(error instanceof Refused)) return t("errors.other")
  switch (error.code) {
    case "bad_credentials":
    case "bad_second_factor":
    case "user_disabled":
      return t(`errors.${error.code}`)
    case "too_many_attempts":
    case "rate_limited":
      return t("errors.too_many_attempts", { minutes: Math.ceil((error.retryAfterSeconds ?? 60) / 60) })
    default:
      return error.problem.detail
  }
}
