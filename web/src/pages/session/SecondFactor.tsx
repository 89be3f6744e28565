import { Alert, Box, Button, Code, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { notifications } from "@mantine/notifications"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { encode } from "uqr"
import { api, data } from "@/api/client"
import type { User } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { invalidate } from "@/api/read"
import { errorText, fieldErrors, useNotifyFailure } from "@/lib/errors"
import { Section } from "@/ui/Section"
import { ShownOnce } from "@/ui/ShownOnce"

/** The section that sets up or removes the second factor. Recovery codes are shown once. */
export function SecondFactor({ user }: { user: User }) {
  const { t } = useTranslation("session")
  const [codes, setCodes] = useState<string[] | null>(null)
  return (
    <Section title={t("profile.factor")}>
      {codes ? <Codes codes={codes} /> : null}
      <Text size="sm" c="dimmed">
        {t(user.second_factor ? "profile.factor_on" : "profile.factor_off")}
      </Text>
      {user.second_factor ? <SwitchOff onDone={() => setCodes(null)} /> : <SetUp onDone={setCodes} />}
    </Section>
  )
}

function Codes({ codes }: { codes: string[] }) {
  const { t } = useTranslation("session")
  const common = useTranslation().t
  const text = codes.join("\n")
  const keep = () => {
    const address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }))
    Object.assign(document.createElement("a"), { href: address, download: "comptoir.txt" }).click()
    setTimeout(() => URL.revokeObjectURL(address), 60_000)
  }
  return (
    <ShownOnce
      title={t("profile.codes_title")}
      hint={t("profile.codes_hint")}
      label={t("profile.codes")}
      value={text}
    >
      <Button size="xs" variant="default" onClick={keep}>
        {common("download")}
      </Button>
    </ShownOnce>
  )
}

function SetUp({ onDone }: { onDone: (codes: string[]) => void }) {
  const { t } = useTranslation("session")
  const common = useTranslation().t
  const notifyFailure = useNotifyFailure()
  const form = useForm({ initialValues: { code: "" } })
  const begin = useMutation({
    mutationFn: () => data(api.POST("/api/v1/me/second-factor")),
    onError: notifyFailure,
  })
  const confirm = useMutation({
    mutationFn: ({ code }: { code: string }) =>
      data(api.POST("/api/v1/me/second-factor/confirm", { body: { code: code.replace(/\s/g, "") } })),
    onSuccess: async ({ recovery_codes }) => {
      onDone(recovery_codes)
      await invalidate("me")
    },
    onError: (error) => {
      const fields = fieldErrors(error)
      form.setErrors(Object.keys(fields).length > 0 ? fields : { code: codeTrouble(error, t, common) })
    },
  })
  if (!begin.data)
    return (
      <Group>
        <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
          {t("profile.begin")}
        </Button>
      </Group>
    )
  return (
    <form onSubmit={form.onSubmit((values) => confirm.mutate(values))}>
      <Stack gap="sm">
        <Text size="sm">{t("profile.scan")}</Text>
        <Group align="flex-start">
          <QrCode text={begin.data.url} label={t("profile.qr")} />
          <Stack gap="sm" flex="1 1 220px">
            <div>
              <Text size="xs" c="dimmed">
                {t("profile.secret")}
              </Text>
              <Code aria-label={t("profile.secret")} style={{ overflowWrap: "anywhere" }}>
                {begin.data.secret}
              </Code>
            </div>
            <TextInput
              label={t("profile.code")}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              {...form.getInputProps("code")}
            />
            <Group>
              <Button type="submit" loading={confirm.isPending}>
                {t("profile.confirm")}
              </Button>
            </Group>
          </Stack>
        </Group>
      </Stack>
    </form>
  )
}

function SwitchOff({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("session")
  const common = useTranslation().t
  const [asking, setAsking] = useState(false)
  const form = useForm({ initialValues: { password: "", code: "" } })
  const off = useMutation({
    mutationFn: (body: { password: string; code: string }) =>
      data(api.DELETE("/api/v1/me/second-factor", { body })),
    onSuccess: () => {
      onDone()
      setAsking(false)
      void invalidate("me")
      notifications.show({ color: "green", message: t("profile.switched_off") })
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  if (!asking)
    return (
      <Group>
        <Button variant="default" onClick={() => setAsking(true)}>
          {t("profile.switch_off")}
        </Button>
      </Group>
    )
  return (
    <form onSubmit={form.onSubmit((values) => off.mutate(values))}>
      <Stack gap="sm">
        <Text size="sm">{t("profile.off_explain")}</Text>
        <PasswordInput
          label={t("profile.current")}
          autoComplete="current-password"
          required
          {...form.getInputProps("password")}
        />
        <TextInput
          label={t("profile.code_or_recovery")}
          autoComplete="one-time-code"
          required
          {...form.getInputProps("code")}
        />
        {off.error ? (
          <Alert color="red" role="alert">
            {codeTrouble(off.error, t, common)}
          </Alert>
        ) : null}
        <Group>
          <Button variant="default" onClick={() => setAsking(false)}>
            {common("cancel")}
          </Button>
          <Button color="red" type="submit" loading={off.isPending}>
            {t("profile.switch_off")}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type Words = ReturnType<typeof useTranslation<"session">>["t"]
type Common = ReturnType<typeof useTranslation<"common">>["t"]

function codeTrouble(error: unknown, t: Words, common: Common): string {
  return error instanceof Refused && error.code === "bad_second_factor"
    ? t("errors.bad_second_factor")
    : errorText(error, common)
}

/** A QR code, dark on light in both themes: not every app reads it otherwise. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data: rows, size } = encode(text, { border: 2 })
  const path = rows
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join("")
  return (
    <Box
      component="svg"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      w={180}
      h={180}
      bg="white"
    >
      <path d={path} fill="black" shapeRendering="crispEdges" />
    </Box>
  )
}
