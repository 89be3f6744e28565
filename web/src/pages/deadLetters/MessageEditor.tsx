import { Alert, Button, Code, Group, JsonInput, List, Stack, Table, Text } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { notifications } from "@mantine/notifications"
import { IconChevronDown } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { lazy, Suspense, useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data } from "@/api/client"
import type { DeadLetterRecord, EditChange, EditPreview } from "@/api/generated/schema"
import { invalidate } from "@/api/read"
import { errorText } from "@/lib/errors"
import { useHasRole } from "@/lib/may"
import { useNeeds } from "@/lib/useNeeds"
import { ActionButton } from "@/ui/ActionButton"
import { Section } from "@/ui/Section"

const EventSchemas = lazy(() => import("./EventSchemas"))

type Read = { body?: unknown; fault?: string }

function parse(text: string): Read {
  try {
    return { body: JSON.parse(text) as unknown }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : "" }
  }
}

function pretty(body: string): string {
  const { body: value, fault } = parse(body)
  return fault === undefined ? JSON.stringify(value, null, 2) : body
}

/** The message of a dead letter: edited and retried while it is open, only shown after that. */
export function MessageEditor({ letter }: { letter: DeadLetterRecord }) {
  const { t } = useTranslation("deadLetters")
  const common = useTranslation().t
  const manager = useNeeds("manager")
  const original = pretty(letter.body)
  const [text, setText] = useState(letter.edited_body ? pretty(letter.edited_body) : original)
  const open = letter.state === "open"
  const edited = open && text !== original
  const [help, setHelp] = useState(false)
  const [readable, setReadable] = useState<unknown>(() => parse(text).body)
  const { check, fault } = useCheck(letter.id, text, edited)
  const redrive = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/dead-letters/{id}/redrive", {
          params: { path: { id: letter.id } },
          body: edited ? { body: parse(text).body } : {},
        }),
      ),
    onSuccess: () => {
      notifications.show({ color: "green", message: t("redriven", { count: 1 }) })
      void invalidate("dead-letters")
    },
  })
  const unfit = edited && !(check.data?.valid && !check.isFetching) ? t("correct_first") : null
  return (
    <Section title={t("message")}>
      {letter.journal ? <Alert color="yellow">{t("journal")}</Alert> : null}
      {letter.edited_body ? (
        <Text size="sm" c="dimmed">
          {t("message_sent")}
        </Text>
      ) : null}
      <JsonInput
        label={t("editor")}
        description={open ? t("editor_hint") : null}
        readOnly={!open || manager !== null}
        autosize
        minRows={8}
        maxRows={22}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
        value={text}
        onChange={(now) => {
          setText(now)
          const { body, fault } = parse(now)
          if (fault === undefined) setReadable(body)
        }}
        error={edited && fault !== undefined ? t("not_json", { error: fault }) : null}
      />
      {open ? (
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={help}
            rightSection={<IconChevronDown size={14} style={help ? { rotate: "180deg" } : {}} aria-hidden />}
            onClick={() => setHelp(!help)}
          >
            {t("schema.show")}
          </Button>
        </div>
      ) : null}
      <Suspense>{help ? <EventSchemas message={readable} /> : null}</Suspense>
      {edited && fault === undefined ? (
        <CheckResult preview={check.data} error={check.error} checking={check.isFetching} />
      ) : null}
      {redrive.error ? (
        <Alert color="red" role="alert">
          {errorText(redrive.error, common)}
        </Alert>
      ) : null}
      <Group justify="flex-end">
        {edited ? (
          <Button variant="default" onClick={() => setText(original)}>
            {t("reset")}
          </Button>
        ) : null}
        <ActionButton
          loading={redrive.isPending}
          disabledReason={manager ?? (open ? unfit : t("decided"))}
          onClick={() => redrive.mutate()}
        >
          {t(edited ? "redrive_edited" : "redrive")}
        </ActionButton>
      </Group>
    </Section>
  )
}

/** The server’s check of an edited message, a moment after the last key. */
function useCheck(id: string, text: string, edited: boolean) {
  const manager = useHasRole("manager")
  const [settled] = useDebouncedValue(text, 250)
  const { body, fault } = parse(settled)
  const check = useQuery({
    queryKey: ["dead-letters", "preview", id, settled],
    enabled: edited && manager && fault === undefined,
    gcTime: 60_000,
    queryFn: ({ signal }) =>
      data(
        api.POST("/api/v1/dead-letters/{id}/preview", { params: { path: { id } }, body: { body }, signal }),
      ),
  })
  // While somebody types, what was said is about another text.
  return { check: { ...check, isFetching: check.isFetching || settled !== text }, fault: parse(text).fault }
}

type CheckResultProps = { preview: EditPreview | undefined; error: unknown; checking: boolean }
function CheckResult({ preview, error, checking }: CheckResultProps) {
  const { t } = useTranslation("deadLetters")
  const common = useTranslation().t
  if (error) return <Alert color="red">{errorText(error, common)}</Alert>
  if (!preview)
    return (
      <Text size="sm" c="dimmed" role="status">
        {t("checking")}
      </Text>
    )
  return (
    <Stack gap="sm" opacity={checking ? 0.6 : 1} aria-busy={checking}>
      <Alert
        color={preview.valid ? "green" : "red"}
        title={t(preview.valid ? "valid" : "faults")}
        role="status"
      >
        {preview.already_done ? <Text size="sm">{t("already_done")}</Text> : null}
        {preview.errors.length > 0 ? (
          <List size="sm">
            {preview.errors.map((fault) => (
              <List.Item key={fault.pointer + fault.message}>
                <Code>{fault.pointer || t("whole")}</Code> {fault.message}
              </List.Item>
            ))}
          </List>
        ) : null}
        {preview.changes.length === 0 ? <Text size="sm">{t("unchanged")}</Text> : null}
      </Alert>
      {preview.changes.length > 0 ? <Changes changes={preview.changes} /> : null}
    </Stack>
  )
}

function Changes({ changes }: { changes: EditChange[] }) {
  const { t } = useTranslation("deadLetters")
  const show = (value: unknown) => (value === undefined ? "–" : JSON.stringify(value))
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table aria-label={t("changes")} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("changes")}</Table.Th>
            <Table.Th>{t("before")}</Table.Th>
            <Table.Th>{t("after")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map((change) => (
            <Table.Tr key={change.path}>
              <Table.Th scope="row">
                <Code>{change.path || t("whole")}</Code>
              </Table.Th>
              <Table.Td>
                <Text component="del" size="sm" style={{ overflowWrap: "anywhere" }}>
                  {show(change.before)}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text component="ins" size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
                  {show(change.after)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
