import { Alert, Anchor, Button, Group, List, Paper, Stack, Textarea, TextInput, Title } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate, useParams } from "react-router"
import { api, data, download, ifMatch } from "@/api/client"
import { read } from "@/api/read"
import { errorText, useErrorText, useNotifyFailure } from "@/lib/errors"
import { day } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { Page } from "@/ui/Page"
import { Failed, LoadingRows } from "@/ui/States"
import { storeContact, useContact } from "./contactQueries"

/** The screen that erases the personal data of a contact. It is final: the consequences are listed, and the name must be typed. */
export function Component() {
  const { id = "" } = useParams()
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const navigate = useNavigate()
  const notifyFailure = useNotifyFailure()
  const admin = useNeeds("admin")
  const contact = useContact(id)
  const preview = useQuery({
    ...read("/api/v1/contacts/{id}/erasure", { path: { id } }),
    staleTime: 0,
  })
  const [reason, setReason] = useState("")
  const [name, setName] = useState("")
  const failed = useErrorText(contact.error ?? preview.error)
  const erase = useMutation({
    mutationFn: (version: number) =>
      data(
        api.POST("/api/v1/contacts/{id}/erase", {
          params: { path: { id }, header: ifMatch(version) },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: (erased) => {
      storeContact(erased)
      notifications.show({ message: t("erase.done") })
      navigate(paths.contact(id), { replace: true })
    },
    onError: () => void contact.refetch(),
  })
  const shown = contact.data
  const plan = preview.data
  if (!shown || !plan)
    return (
      <Page title={t("erase.action")}>
        {contact.error || preview.error ? (
          <Failed {...failed} retry={() => void Promise.all([contact.refetch(), preview.refetch()])} />
        ) : (
          <LoadingRows />
        )}
      </Page>
    )
  const last = plan.legal_copies
    .map((copy) => copy.keep_until)
    .sort()
    .at(-1)
  const missing = !plan.can_be_erased
    ? t("erase.stands_in_the_way")
    : !reason.trim()
      ? t("erase.needs_reason")
      : name.trim() !== shown.name
        ? t("erase.needs_name")
        : null
  return (
    <Page title={t("erase.title", { name: shown.name })} width={720}>
      <Paper withBorder p="md">
        <Title order={2} mb="xs">
          {t("erase.consequences")}
        </Title>
        <List size="sm" spacing="xs">
          <List.Item>{t("erase.data")}</List.Item>
          {plan.contacts.length > 1 ? (
            <List.Item>{t("erase.merged", { count: plan.contacts.length - 1 })}</List.Item>
          ) : null}
          <List.Item>{t("erase.orders", { count: plan.orders })}</List.Item>
          {last ? (
            <List.Item>{t("erase.legal", { count: plan.legal_copies.length, day: day(last) })}</List.Item>
          ) : null}
          <List.Item>{t("erase.log")}</List.Item>
          <List.Item fw={600}>{t("erase.final")}</List.Item>
        </List>
        <Button
          mt="sm"
          variant="default"
          size="xs"
          onClick={() => download(`/api/v1/contacts/${id}/export`).catch(notifyFailure)}
        >
          {t("erase.export_first")}
        </Button>
      </Paper>
      {plan.open_orders.length > 0 ? (
        <Alert color="orange" title={t("erase.open_orders", { count: plan.open_orders.length })}>
          {t("erase.open_orders_hint")}{" "}
          {plan.open_orders.map((number) => (
            <Anchor
              underline="always"
              key={number}
              component={Link}
              to={`${paths.orders}?q=${encodeURIComponent(number)}`}
              size="sm"
              mr="xs"
            >
              {number}
            </Anchor>
          ))}
        </Alert>
      ) : null}
      <Stack gap="sm">
        <Textarea
          label={common("fields.reason")}
          description={t("erase.reason_hint")}
          required
          maxLength={1000}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label={t("erase.type_name", { name: shown.name })}
          required
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {erase.error ? (
          <Alert color="red" role="alert">
            {errorText(erase.error, common)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => navigate(paths.contact(id))}>
            {common("cancel")}
          </Button>
          <ActionButton
            color="red"
            disabledReason={admin ?? missing}
            loading={erase.isPending}
            onClick={() => erase.mutate(shown.version)}
          >
            {t("erase.confirm")}
          </ActionButton>
        </Group>
      </Stack>
    </Page>
  )
}
