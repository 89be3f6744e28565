import {
  ActionIcon,
  Alert,
  Button,
  Group,
  NumberInput,
  SimpleGrid,
  Stack,
  Switch,
  TextInput,
} from "@mantine/core"
import { useForm } from "@mantine/form"
import { notifications } from "@mantine/notifications"
import { IconPlus, IconTrash } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch } from "@/api/client"
import type { Settings } from "@/api/generated/schema"
import { staleCurrent } from "@/api/problem"
import { read, store } from "@/api/read"
import { errorText, fieldErrors } from "@/lib/errors"
import { Loaded } from "@/lib/Loaded"
import { useUser } from "@/lib/may"
import { useNeeds } from "@/lib/useNeeds"
import { ActionButton } from "@/ui/ActionButton"
import { FormConflict } from "@/ui/FormConflict"
import { Page } from "@/ui/Page"
import { Section } from "@/ui/Section"
import { LogoField } from "./LogoField"
import { ADDRESS, COMPANY, inputOf, type TextName, type Values, valuesOf } from "./settingsValues"

export function Component() {
  const { t } = useTranslation("admin")
  const settings = useQuery(read("/api/v1/settings", {}))
  return (
    <Page title={t("settings.title")} hint={t("settings.hint")} width={860}>
      <Loaded query={settings}>
        {(settings) => (
          <>
            <LogoField settings={settings} />
            <Form settings={settings} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Form({ settings }: { settings: Settings }) {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const admin = useNeeds("admin")
  const user = useUser()
  // Of when the form was begun; the logo has the same version, so one's own change of it is taken along.
  const [loaded, setLoaded] = useState({ version: settings.version, logo: settings.logo?.sha256 })
  const version = settings.logo?.sha256 === loaded.logo ? loaded.version : settings.version
  const form = useForm<Values>({ initialValues: valuesOf(settings) })
  const save = useMutation({
    mutationFn: (values: Values) =>
      data(api.PUT("/api/v1/settings", { params: { header: ifMatch(version) }, body: inputOf(values) })),
    onSuccess: (saved) => {
      store("/api/v1/settings", {}, saved)
      setLoaded({ version: saved.version, logo: saved.logo?.sha256 })
      form.setValues(valuesOf(saved))
      form.resetDirty(valuesOf(saved))
      notifications.show({ color: "green", message: common("saved") })
    },
    onError: (error) => form.setErrors(flat(fieldErrors(error))),
  })
  const unchanged = form.isDirty() ? null : common("saved")
  const labels = useLabels()
  const current = staleCurrent<Settings>(save.error)
  if (current) {
    return (
      <FormConflict
        what={t("settings.title")}
        yours={form.getValues()}
        theirs={valuesOf(current)}
        labels={labels}
        onClose={() => save.reset()}
        onDecide={(values) => {
          form.setValues(values)
          setLoaded({ version: current.version, logo: current.logo?.sha256 })
          save.reset()
        }}
      />
    )
  }
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="lg">
        <Section title={t("settings.company")}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            {[...COMPANY, ...ADDRESS].map((name) => (
              <TextInput key={name} label={labels[name]} {...form.getInputProps(name)} />
            ))}
          </SimpleGrid>
        </Section>
        <Section title={t("settings.orders")}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <TextInput
              label={labels.number_format}
              description={t("settings.number_hint", { interpolation: { skipOnVariables: true } })}
              {...form.getInputProps("number_format")}
            />
            <NumberInput
              label={labels.next}
              description={t("settings.next_hint")}
              min={1}
              {...form.getInputProps("next")}
            />
            <NumberInput label={labels.terms} min={0} max={365} {...form.getInputProps("terms")} />
            <TextInput label={labels.currency} maxLength={3} {...form.getInputProps("currency")} />
            <TextInput label={labels.default_vat_rate} {...form.getInputProps("default_vat_rate")} />
          </SimpleGrid>
          <Switch
            mt="xs"
            label={labels.attachments}
            {...form.getInputProps("attachments", { type: "checkbox" })}
          />
        </Section>
        <Section title={t("settings.vat_rates")}>
          {form.values.vat_rates.map((rate, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they have no id, and their place is what the errors name
            <Group key={at} gap="xs" wrap="nowrap" align="flex-start">
              <TextInput
                flex={1}
                aria-label={t("settings.rate_name", { number: at + 1 })}
                {...form.getInputProps(`vat_rates.${at}.name`)}
              />
              <TextInput
                w={90}
                rightSection="%"
                aria-label={t("settings.rate", { number: at + 1 })}
                {...form.getInputProps(`vat_rates.${at}.rate`)}
              />
              <ActionIcon
                size={36}
                variant="default"
                aria-label={t("settings.remove_rate", { number: at + 1 })}
                title={rate.name}
                onClick={() => form.removeListItem("vat_rates", at)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
          ))}
          <Group>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => form.insertListItem("vat_rates", { name: "", rate: "" })}
            >
              {t("settings.add_rate")}
            </Button>
          </Group>
        </Section>
        {save.error ? (
          <Alert color="red" role="alert">
            {errorText(save.error, common)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <ActionButton
            type="submit"
            disabledReason={user ? (admin ?? unchanged) : null}
            loading={save.isPending}
          >
            {common("save")}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  )
}

function useLabels(): Record<keyof Values, string> {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const texts = [...COMPANY, ...ADDRESS].map((name) => [
    name,
    name === "name" || name === "email" ? common(`fields.${name}`) : t(`settings.${name}`),
  ])
  return {
    ...(Object.fromEntries(texts) as Record<TextName, string>),
    number_format: t("settings.number_format"),
    next: t("settings.next"),
    terms: t("settings.terms"),
    currency: t("settings.currency"),
    default_vat_rate: t("settings.default_vat_rate"),
    attachments: t("settings.attachments"),
    vat_rates: t("settings.vat_rates"),
  }
}

/** The server’s field errors by the form’s names: the form is flatter than the API. */
function flat(errors: Record<string, string>): Record<string, string> {
  const names: Record<string, string> = {
    "order_number.format": "number_format",
    "order_number.next": "next",
    default_currency: "currency",
    payment_terms_days: "terms",
    mail_attachments: "attachments",
  }
  return Object.fromEntries(
    Object.entries(errors).map(([name, message]) => [
      names[name] ?? name.replace(/^company\.(address\.)?/, ""),
      message,
    ]),
  )
}
