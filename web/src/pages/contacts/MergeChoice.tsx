import { Alert, Button, Group, List, Paper, Radio, Stack, Table, Text, Title } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router"
import { api, data, ifMatch } from "@/api/client"
import type { Contact, ContactInput } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { invalidate } from "@/api/read"
import { errorText } from "@/lib/errors"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { CONTACT_FIELDS, type ContactFieldName, useContactFields } from "./contactFields"
import { contactInput, contactValues } from "./contactForm"
import { storeContact, useOrdersOf } from "./contactQueries"
import { type Choices, LISTS, merged, proposed } from "./merging"

type Props = { into: Contact; from: Contact; another: () => void }

/** The table that chooses field by field what stays of two contacts, and shows the result. */
export function MergeChoice({ into, from, another }: Props) {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const navigate = useNavigate()
  const manager = useNeeds("manager")
  const fields = useContactFields()
  const [mine, other] = [contactInput(contactValues(into)), contactInput(contactValues(from))]
  const [choices, setChoices] = useState<Choices>(() => proposed(mine, other))
  const moving = useOrdersOf(from.id).data
  const result = merged(mine, other, choices)
  const merge = useMutation({
    mutationFn: (result: ContactInput) =>
      data(
        api.POST("/api/v1/contacts/{id}/merge", {
          params: { path: { id: into.id }, header: ifMatch(into.version) },
          body: { from: from.id, from_version: from.version, result },
        }),
      ),
    onSuccess: (contact) => {
      storeContact(contact)
      void invalidate("orders")
      notifications.show({ message: t("merge.done", { from: from.name, name: contact.name }) })
      navigate(paths.contact(contact.id))
    },
    onError: (error) => {
      if (error instanceof Refused && error.status < 500) void invalidate("contacts")
    },
  })
  const differ = CONTACT_FIELDS.filter((name) => fields.show(mine, name) !== fields.show(other, name))
  const which = (name: ContactFieldName) =>
    LISTS.includes(name) ? (["mine", "other", "both"] as const) : (["mine", "other"] as const)
  return (
    <Stack>
      {differ.length === 0 ? <Text>{t("merge.equal")}</Text> : null}
      <Paper withBorder>
        <Table.ScrollContainer minWidth={640}>
          <Table layout="fixed" verticalSpacing="xs" aria-label={t("merge.action")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={130}>{common("conflict.field")}</Table.Th>
                <Table.Th>
                  {t("merge.stays")}: {into.name}
                </Table.Th>
                <Table.Th>
                  {t("merge.goes")}: {from.name}
                </Table.Th>
                <Table.Th>{t("merge.result")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differ.map((name) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row" style={{ verticalAlign: "top" }}>
                    {fields.label(name)}
                  </Table.Th>
                  {(["mine", "other"] as const).map((side) => (
                    <Table.Td key={side} style={{ verticalAlign: "top" }}>
                      <Radio
                        name={name}
                        checked={choices[name] === side}
                        onChange={() => setChoices({ ...choices, [name]: side })}
                        aria-label={`${fields.label(name)}: ${t(side === "mine" ? "merge.stays" : "merge.goes")}`}
                        label={<Value text={fields.show(side === "mine" ? mine : other, name)} />}
                      />
                    </Table.Td>
                  ))}
                  <Table.Td style={{ verticalAlign: "top" }}>
                    <Value text={fields.show(result, name)} strong />
                    {which(name).length > 2 ? (
                      <Radio
                        mt={4}
                        size="xs"
                        name={name}
                        checked={choices[name] === "both"}
                        onChange={() => setChoices({ ...choices, [name]: "both" })}
                        aria-label={`${fields.label(name)}: ${t("merge.both")}`}
                        label={t("merge.both")}
                      />
                    ) : null}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Paper>
      <Paper withBorder p="md">
        <Title order={2} mb="xs">
          {t("merge.consequences")}
        </Title>
        <List size="sm" spacing={4}>
          <List.Item>
            {moving
              ? t("merge.orders", { count: moving.length, from: from.name, name: into.name })
              : common("loading")}
          </List.Item>
          <List.Item>{t("merge.ends", { from: from.name })}</List.Item>
          <List.Item>{t("merge.timeline")}</List.Item>
          <List.Item fw={600}>{t("merge.final")}</List.Item>
        </List>
      </Paper>
      {merge.error ? (
        <Alert color="red" role="alert">
          {merge.error instanceof Refused && merge.error.code === "stale"
            ? t("merge.stale")
            : errorText(merge.error, common)}
        </Alert>
      ) : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={another}>
          {t("merge.another")}
        </Button>
        <Button variant="default" onClick={() => navigate(`${paths.mergeContact(from.id)}?from=${into.id}`)}>
          {t("merge.turn")}
        </Button>
        <ActionButton disabledReason={manager} loading={merge.isPending} onClick={() => merge.mutate(result)}>
          {t("merge.confirm")}
        </ActionButton>
      </Group>
    </Stack>
  )
}

function Value({ text, strong = false }: { text: string; strong?: boolean }) {
  return (
    <Text
      span
      size="sm"
      fw={strong ? 600 : 400}
      style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}
      {...(text ? {} : { c: "dimmed" })}
    >
      {text || "–"}
    </Text>
  )
}
