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
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core"
import { useForm } from "@mantine/form"
import { type FormEvent, type KeyboardEvent, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { newKey } from "@/api/client"
import type { Settings } from "@/api/generated/schema"
import { fieldErrors, why } from "@/lib/why"
import { ContactPicker } from "./ContactPicker"
import { dropDraft, keepDraft, readDraft } from "./draft"
import { OrderLines } from "./OrderLines"
import { formErrors, mistakes, type OrderValues, totalsOf, withBlankLine } from "./orderForm"
import { TotalsBox } from "./TotalsBox"

type Props = {
  /** Where what was typed is kept: `new`, or the order's id. */
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

const CURRENCIES = ["EUR", "USD", "GBP", "CHF", "CAD", "JPY"]

/** One screen for new, edited and duplicated orders; the hands stay on the keyboard. */
export function OrderForm({ draft, initial, settings, version, fixed, save, onCancel }: Props) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const rate = settings.default_vat_rate ?? settings.vat_rates[0]?.rate ?? "0"
  const [kept, setKept] = useState(() => readDraft(draft))
  const [key, setKey] = useState(() => kept?.key ?? newKey())
  const [from, setFrom] = useState<number | null>(kept ? kept.version : (version ?? null))
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const box = useRef<HTMLFormElement>(null)
  const form = useForm<OrderValues>({
    initialValues: kept?.values ?? { ...initial, lines: withBlankLine(initial.lines, rate) },
    onValuesChange: (values) => keepDraft(draft, { values, key, version: from }),
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
      await save(form.getValues(), key, from)
      dropDraft(draft)
    } catch (error) {
      const told = formErrors(fieldErrors(error), form.getValues())
      form.setErrors(told)
      const shown = Object.keys(told).length > 0
      setFailure(shown ? t("form.look") : why(error, common))
      if (shown) focusFirstError()
    } finally {
      setBusy(false)
    }
  }
  const focusFirstError = () =>
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus())
  const discard = () => {
    dropDraft(draft)
    setKept(null)
    setKey(newKey())
    setFrom(version ?? null)
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
  return (
    <form ref={box} onSubmit={submit} onKeyDown={keys} noValidate aria-label={t("form.label")}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 9 }}>
          <Stack>
            {kept ? (
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
                    value={values.contact}
                    onChange={(contact) => {
                      form.setFieldValue("contact", contact)
                      form.clearFieldError("contact")
                    }}
                    error={form.errors.contact}
                    disabled={fixed ? t("form.fixed") : null}
                    autoFocus={!editing && !values.contact}
                  />
                </Grid.Col>
                <Grid.Col span={{ base: 12, sm: 6 }}>
                  <TextInput
                    label={t("fields.reference")}
                    placeholder={t("form.reference_hint")}
                    maxLength={100}
                    data-entry
                    {...form.getInputProps("reference")}
                  />
                </Grid.Col>
              </Grid>
            </Paper>
            <Paper withBorder p="md">
              <OrderLines form={form} settings={settings} />
            </Paper>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
              <Textarea
                label={common("fields.notes")}
                autosize
                minRows={2}
                {...form.getInputProps("notes")}
              />
              <TagsInput label={common("fields.tags")} {...form.getInputProps("tags")} />
            </SimpleGrid>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 3 }}>
          <Paper withBorder p="md" pos="sticky" top={68}>
            <Stack gap="sm">
              <TotalsBox totals={totalsOf(values)} currency={values.currency} />
              <SimpleGrid cols={{ base: 2, lg: 1 }} spacing="xs">
                <TextInput
                  label={t("fields.due")}
                  type="date"
                  inputWrapperOrder={["label", "input", "description", "error"]}
                  description={
                    editing || values.due_on || settings.payment_terms_days == null
                      ? null
                      : t("form.terms", { count: settings.payment_terms_days })
                  }
                  {...form.getInputProps("due_on")}
                />
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
