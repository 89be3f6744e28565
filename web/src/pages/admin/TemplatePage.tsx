import {
  Alert,
  Anchor,
  Badge,
  Box,
  Group,
  SimpleGrid,
  Stack,
  Tabs,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core"
import { useForm } from "@mantine/form"
import { useDebouncedValue } from "@mantine/hooks"
import { notifications } from "@mantine/notifications"
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useParams } from "react-router"
import { api, data, ifMatch } from "@/api/client"
import type { Language, MailKind, MailTemplate, MailTemplateInput } from "@/api/generated/schema"
import { Refused, staleCurrent } from "@/api/problem"
import { invalidate, read, store } from "@/api/read"
import { errorText, useNotifyFailure } from "@/lib/errors"
import { Loaded } from "@/lib/Loaded"
import { refusalText } from "@/lib/language"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { Confirm } from "@/ui/Confirm"
import { FormConflict } from "@/ui/FormConflict"
import { MailFrame } from "@/ui/MailFrame"
import { Page } from "@/ui/Page"
import { Section } from "@/ui/Section"

export function Component() {
  const path = useParams() as { kind: MailKind; language: Language }
  const template = useQuery(read("/api/v1/mail-templates/{kind}/{language}", { path }))
  return (
    <Loaded query={template}>
      {(template) => <Editor key={`${template.kind}.${template.language}`} template={template} />}
    </Loaded>
  )
}

function partsOf({ subject, html, text }: MailTemplate): MailTemplateInput {
  return { subject, html, text }
}

function Editor({ template }: { template: MailTemplate }) {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const notifyFailure = useNotifyFailure()
  const path = { kind: template.kind, language: template.language }
  const [version, setVersion] = useState(template.version)
  const [resetting, setResetting] = useState(false)
  const form = useForm<MailTemplateInput>({ initialValues: partsOf(template) })
  const onSaved = (saved: MailTemplate, message: string) => {
    store("/api/v1/mail-templates/{kind}/{language}", { path }, saved)
    void invalidate("/api/v1/mail-templates")
    setVersion(saved.version)
    form.setValues(partsOf(saved))
    form.resetDirty(partsOf(saved))
    notifications.show({ color: "green", message: message })
  }
  const save = useMutation({
    mutationFn: (body: MailTemplateInput) =>
      data(
        api.PUT("/api/v1/mail-templates/{kind}/{language}", {
          params: { path, header: ifMatch(version) },
          body,
        }),
      ),
    onSuccess: (saved) => onSaved(saved, common("saved")),
  })
  const reset = useMutation({
    mutationFn: () =>
      data(
        api.DELETE("/api/v1/mail-templates/{kind}/{language}", {
          params: { path, header: ifMatch(version) },
        }),
      ),
    onSuccess: (saved) => onSaved(saved, t("templates.reset_done")),
    onError: notifyFailure,
    onSettled: () => setResetting(false),
  })
  const preview = usePreview(path, form.values)
  const errors = faults(save.error ?? preview.error)
  const current = staleCurrent<MailTemplate>(save.error)
  const fault = (part: keyof MailTemplateInput) => {
    const found = errors.find((error) => error.field.endsWith(part))
    if (!found) return null
    const message = refusalText(found.code, found.message)
    return found.line ? t("templates.line", { line: found.line, message: message }) : message
  }
  const mono = { input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }
  return (
    <Page
      title={`${t(`templates.kinds.${template.kind}`)} · ${t(`templates.languages.${template.language}`)}`}
      aside={
        <Badge variant="light" color={template.customised ? "counter" : "gray"} tt="none" radius="sm">
          {t(template.customised ? "templates.own" : "templates.built_in")}
        </Badge>
      }
      hint={
        <Anchor component={Link} to={paths.templates} size="sm">
          {t("templates.title")}
        </Anchor>
      }
      actions={
        <>
          <ActionButton
            variant="default"
            disabledReason={template.customised ? null : t("templates.is_built_in")}
            onClick={() => setResetting(true)}
          >
            {t("templates.reset")}
          </ActionButton>
          <ActionButton
            loading={save.isPending}
            disabledReason={
              errors.length > 0 ? t("templates.cannot") : form.isDirty() ? null : common("saved")
            }
            onClick={() => save.mutate(form.getValues())}
          >
            {common("save")}
          </ActionButton>
        </>
      }
    >
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap="sm">
          <TextInput
            label={t("templates.subject")}
            styles={mono}
            {...form.getInputProps("subject")}
            error={fault("subject")}
          />
          {(["html", "text"] as const).map((part) => (
            <Textarea
              key={part}
              label={t(`templates.${part}`)}
              description={part === "html" ? t("templates.syntax") : null}
              autosize
              minRows={6}
              maxRows={part === "html" ? 18 : 10}
              spellCheck={false}
              styles={mono}
              {...form.getInputProps(part)}
              error={fault(part)}
            />
          ))}
        </Stack>
        <Preview query={preview} faulty={errors.length > 0} />
      </SimpleGrid>
      {save.error && !current && errors.length === 0 ? (
        <Alert color="red" role="alert">
          {errorText(save.error, common)}
        </Alert>
      ) : null}
      {resetting ? (
        <Confirm
          title={t("templates.reset_title")}
          hint={t("templates.reset_hint")}
          action={t("templates.reset")}
          busy={reset.isPending}
          onClose={() => setResetting(false)}
          onConfirm={() => reset.mutate()}
        />
      ) : null}
      {current ? (
        <FormConflict
          what={t(`templates.kinds.${template.kind}`)}
          yours={form.getValues()}
          theirs={partsOf(current)}
          labels={{
            subject: t("templates.subject"),
            html: t("templates.html"),
            text: t("templates.text"),
          }}
          onClose={() => save.reset()}
          onDecide={(values) => {
            form.setValues(values)
            setVersion(current.version)
            save.reset()
          }}
        />
      ) : null}
    </Page>
  )
}

function faults(error: unknown) {
  return error instanceof Refused ? error.fields : []
}

function usePreview(path: { kind: MailKind; language: Language }, template: MailTemplateInput) {
  const [settled] = useDebouncedValue(template, 300)
  return useQuery({
    queryKey: ["mail-templates", "preview", path.kind, path.language, settled],
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    queryFn: ({ signal }) =>
      data(
        api.POST("/api/v1/mail-templates/{kind}/{language}/preview", {
          params: { path },
          body: { template: settled },
          signal,
        }),
      ),
  })
}

function Preview({ query, faulty }: { query: ReturnType<typeof usePreview>; faulty: boolean }) {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  return (
    <Section title={t("templates.preview")}>
      {faulty ? <Alert color="red">{t("templates.cannot")}</Alert> : null}
      {query.error && !faulty ? <Alert color="red">{errorText(query.error, common)}</Alert> : null}
      {query.data ? (
        <Box opacity={query.isFetching || faulty ? 0.6 : 1} aria-busy={query.isFetching}>
          <Text fw={600} size="sm" mb="xs">
            {query.data.subject}
          </Text>
          <Tabs defaultValue="html" keepMounted={false}>
            <Tabs.List mb="sm">
              <Tabs.Tab value="html">{t("templates.html")}</Tabs.Tab>
              <Tabs.Tab value="text">{t("templates.text")}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="html">
              <MailFrame html={query.data.html} title={t("templates.preview_frame")} height={520} />
            </Tabs.Panel>
            <Tabs.Panel value="text">
              <Box component="pre" fz="sm" m={0} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
                {query.data.text}
              </Box>
            </Tabs.Panel>
          </Tabs>
        </Box>
      ) : query.isPending ? (
        <Group>
          <Text size="sm" c="dimmed" role="status">
            {t("templates.checking")}
          </Text>
        </Group>
      ) : null}
    </Section>
  )
}
