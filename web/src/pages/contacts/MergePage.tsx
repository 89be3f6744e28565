import { Alert, Button, Group, Paper, Select, Stack, Text } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useParams, useSearchParams } from "react-router"
import type { Contact } from "@/api/generated/schema"
import { read } from "@/api/read"
import { useErrorText } from "@/lib/errors"
import { Page } from "@/ui/Page"
import { Empty, Failed, LoadingRows } from "@/ui/States"
import { useContact, useDuplicates } from "./contactQueries"
import { MergeChoice } from "./MergeChoice"

/** The screen that merges two contacts: first the choice of the other, then field by field. Its id stands in the address as `from`. */
export function Component() {
  const { id = "" } = useParams()
  const { t } = useTranslation("contacts")
  const [params, setParams] = useSearchParams()
  const from = params.get("from") ?? ""
  const contact = useContact(id)
  const other = useContact(from)
  const error = contact.error ?? other.error
  const failed = useErrorText(error)
  const choose = (from: string | null) => setParams(from ? { from } : {}, { replace: true })
  const into = contact.data
  return (
    <Page title={into ? t("merge.title", { name: into.name }) : t("merge.action")} hint={t("merge.hint")}>
      {error ? (
        <Failed {...failed} retry={() => void Promise.all([contact.refetch(), from && other.refetch()])} />
      ) : !into ? (
        <LoadingRows />
      ) : into.state === "merged" || into.state === "erased" ? (
        <Empty title={t("not_editable")} />
      ) : !from ? (
        <Pick into={into} choose={choose} />
      ) : !other.data ? (
        <LoadingRows />
      ) : other.data.state === "merged" || other.data.state === "erased" || from === id ? (
        <Alert color="orange">
          {t("merge.not_this")}{" "}
          <Button variant="default" size="xs" onClick={() => choose(null)}>
            {t("merge.another")}
          </Button>
        </Alert>
      ) : (
        <MergeChoice
          key={`${into.id} ${other.data.id}`}
          into={into}
          from={other.data}
          another={() => choose(null)}
        />
      )}
    </Page>
  )
}

function Pick({ into, choose }: { into: Contact; choose: (id: string) => void }) {
  const { t } = useTranslation("contacts")
  const duplicates = useDuplicates(into.id).data ?? []
  const [typed, setTyped] = useState("")
  const [settled] = useDebouncedValue(typed.trim(), 80)
  const found = useQuery({
    ...read("/api/v1/contacts", { query: { limit: 10, q: settled } }),
    enabled: settled !== "",
    placeholderData: keepPreviousData,
    select: (page) => page.items,
  })
  const others = (settled ? (found.data ?? []) : []).filter((contact) => contact.id !== into.id)
  return (
    <Stack maw={560}>
      <Select
        label={t("merge.other")}
        description={t("merge.other_hint")}
        placeholder={t("search")}
        searchable
        autoFocus
        searchValue={typed}
        onSearchChange={setTyped}
        onChange={(id) => id && choose(id)}
        filter={({ options }) => options}
        nothingFoundMessage={settled && found.data ? t("merge.nobody") : undefined}
        data={others.map((contact) => ({ value: contact.id, label: line(contact) }))}
      />
      {duplicates.length > 0 ? (
        <Paper withBorder p="md">
          <Text fw={600} size="sm" mb="xs">
            {t("merge.proposed")}
          </Text>
          <Stack gap="xs">
            {duplicates.map(({ contact, reasons }) => (
              <Group key={contact.id} justify="space-between" wrap="nowrap">
                <Text size="sm">
                  {line(contact)}{" "}
                  <Text span size="sm" c="dimmed">
                    {t("duplicates.same", {
                      what: reasons.map((reason) => t(`duplicates.reasons.${reason}`)).join(", "),
                    })}
                  </Text>
                </Text>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t("merge.choose", { name: contact.name })}
                  onClick={() => choose(contact.id)}
                >
                  {t("merge.choose_short")}
                </Button>
              </Group>
            ))}
          </Stack>
        </Paper>
      ) : null}
    </Stack>
  )
}

function line(contact: Contact): string {
  return [contact.name, contact.addresses[0]?.city, contact.emails[0]?.address].filter(Boolean).join(" · ")
}
