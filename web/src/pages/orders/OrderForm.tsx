import {
  Alert,
  Button,
  Grid,
  Group,
  NativeSelect,
  Paper,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
} from "@mantine/core"
import { useForm } from "@mantine/form"
import { type FormEvent, type KeyboardEvent, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { newIdempotencyKey } from "@/api/client"
import type { Settings } from "@/api/generated/schema"
import { CURRENCIES } from "@/lib/currencies"
import { errorText, fieldErrors } from "@/lib/errors"
import { ContactPicker } from "./ContactPicker"
import { dropDraft, keepDraft, readDraft } from "./draft"
import { OrderFieldInput } from "./OrderFieldInput"
import { OrderLines } from "./OrderLines"
import { type OrderField, type OrderValues, PLAIN_FIELDS } from "./orderFields"
import { formErrors, mistakes, totalsOf, withBlankLine } from "./orderForm"
import { TotalsBox } from "./TotalsBox"

type Props = {
  /** The name under which the unsaved form is kept: `new`, or the order’s id. */
  draft: string
  initial: OrderValues
  settings: Settings
  /** Of the order that is edited. */
  version?: number
  /** Money came in: contact and currency cannot change. */
  fixed?: boolean
  /** Throws what the server refuses. */
  save: (values: OrderValues, key: string, version: number | null) => Promise<void>
  onCancel: () => void
}

/** The form of a new, edited or duplicated order, made for the keyboard. */
export function OrderForm({ draft, initial, settings, version, fixed, save, onCancel }: Props) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const rate = settings.default_vat_rate ?? settings.vat_rates[0]?.rate ?? "0"
  const [restored, setRestored] = useState(() => readDraft(draft))
  const [key, setKey] = useState(() => restored?.key ?? newIdempotencyKey())
  const [baseVersion, setBaseVersion] = useState<number | null>(
    restored ? restored.version : (version ?? null),
  )
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const box = useRef<HTMLFormElement>(null)
  const form = useForm<OrderValues>({
    initialValues: restored?.values ?? { ...initial, lines: withBlankLine(initial.lines, rate) },
    onValuesChange: (values) => keepDraft(draft, { values, key, version: baseVersion }),
  })
  const values = form.getValues()
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    if (busy) return
    setFailure(null)
    const wrong = mistakes(form.getValues())
    const errors = Object.fromEntries(
      Object.entries(wrong).map(([at, word]) => [at, common(`errors.${word}`)]),
    )
    form.setErrors(errors)
    if (Object.keys(errors).length > 0) return focusFirstError()
    setBusy(true)
    try {
      await save(form.getValues(), key, baseVersion)
      dropDraft(draft)
    } catch (error) {
      const shown = formErrors(fieldErrors(error), form.getValues())
      form.setErrors(shown)
      const any = Object.keys(shown).length > 0
      setFailure(any ? t("form.look") : errorText(error, common))
      if (any) focusFirstError()
    } finally {
      setBusy(false)
    }
  }
  const focusFirstError = () =>
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus())
  const discard = () => {
    dropDraft(draft)
    setRestored(null)
    setKey(newIdempotencyKey())
    setBaseVersion(version ?? null)
    form.setValues({ ...initial, lines: withBlankLine(initial.lines, rate) })
    dropDraft(draft)
    form.clearErrors()
  }
  const keys = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== "Enter" || event.defaultPrevented || event.nativeEvent.isComposing) return
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault()
      return void submit()
    }
    const at = event.target as HTMLElement
    if (!/^(INPUT|SELECT)$/.test(at.tagName) || !at.matches("[data-entry]")) return
    // Enter goes on, as Tab does.
    event.preventDefault()
    const entries = [...(box.current?.querySelectorAll<HTMLElement>("[data-entry]") ?? [])]
    entries[entries.indexOf(at) + 1]?.focus()
  }
  const currencies = [...new Set([settings.default_currency, ...CURRENCIES, values.currency])]
  const editing = version !== undefined
  const terms = settings.payment_terms_days
  const hints: Partial<Record<keyof OrderValues, string>> =
    editing || values.due_on || terms == null ? {} : { due_on: t("form.terms", { count: terms }) }
  const inputs = (place: OrderField["form"]) =>
    PLAIN_FIELDS.filter(([, field]) => field.form === place).map(([name, field]) => (
      <OrderFieldInput key={name} name={name} field={field} form={form} hint={hints[name]} />
    ))
  return (
    <form ref={box} onSubmit={submit} onKeyDown={keys} noValidate aria-label={t("form.label")}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 9 }}>
          <Stack>
            {restored ? (
              <Alert color="blue" py="xs" role="status">
                <Group justify="space-between">
                  <Text size="sm">{t("form.kept")}</Text>
                  <Button size="compact-sm" variant="default" onClick={discard}>
                    {t("form.discard")}
                  </Button>
                </Group>
              </Alert>
            ) : null}
            <Paper withBorder p="md">
              <Grid gap="sm">
                <Grid.Col span={{ base: 12, sm: 6 }}>
                  <ContactPicker
                    value={values.contact_id}
                    onChange={(contact) => {
                      form.setFieldValue("contact_id", contact)
                      form.clearFieldError("contact_id")
                    }}
                    error={form.errors.contact_id}
                    disabled={fixed ? t("form.fixed") : null}
                    autoFocus={!editing && !values.contact_id}
                  />
                </Grid.Col>
                {inputs("head").map((input) => (
                  <Grid.Col key={input.key} span={{ base: 12, sm: 6 }}>
                    {input}
                  </Grid.Col>
                ))}
              </Grid>
            </Paper>
            <Paper withBorder p="md">
              <OrderLines form={form} settings={settings} />
            </Paper>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
              {inputs("foot")}
            </SimpleGrid>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 3 }}>
          <Paper withBorder p="md" pos="sticky" top={68}>
            <Stack gap="sm">
              <TotalsBox totals={totalsOf(values)} currency={values.currency} />
              <SimpleGrid cols={{ base: 2, lg: 1 }} spacing="xs">
                {inputs("side")}
                <NativeSelect
                  label={t("fields.currency")}
                  data={currencies}
                  disabled={fixed}
                  {...form.getInputProps("currency")}
                />
              </SimpleGrid>
              {editing ? null : (
                <SegmentedControl
                  aria-label={t("form.place_as")}
                  fullWidth
                  size="xs"
                  {...form.getInputProps("place_as")}
                  data={(["draft", "confirmed", "fulfilled"] as const).map((state) => ({
                    value: state,
                    label: common(`states:order.${state}` as never) as string,
                  }))}
                />
              )}
              {failure ? (
                <Alert color="red" role="alert">
                  {failure}
                </Alert>
              ) : null}
              <Button type="submit" loading={busy}>
                {editing ? common("save") : t("form.place")}
              </Button>
              <Button variant="subtle" color="gray" onClick={onCancel}>
                {common("cancel")}
              </Button>
              <Text size="xs" c="dimmed" visibleFrom="sm">
                {t("form.keys")}
              </Text>
            </Stack>
          </Paper>
        </Grid.Col>
      </Grid>
    </form>
  )
}
