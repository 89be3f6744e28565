import { Alert, Button, Group, Select, SimpleGrid, Stack, TextInput } from "@mantine/core"
import { useForm } from "@mantine/form"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { ProductInput, VatRate } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { errorText, fieldErrors } from "@/lib/errors"
import { parseMoney, percent } from "@/lib/format"
import { ActionButton } from "@/ui/ActionButton"
import { type ProductValues, productInput } from "./productForm"

type Props = {
  initial: ProductValues
  rates: VatRate[]
  /** Why the product cannot be saved. */
  disabledReason: string | null
  /** Rejects with what the server refused. */
  save: (product: ProductInput) => Promise<unknown>
  onCancel: () => void
  /** Whether something was typed that is not saved. */
  onDirty: (dirty: boolean) => void
}

export function ProductForm({ initial, rates, disabledReason, save, onCancel, onDirty }: Props) {
  const { t } = useTranslation("products")
  const common = useTranslation().t
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const needed = (text: string) => (text.trim() ? null : common("errors.required"))
  const form = useForm<ProductValues>({
    initialValues: initial,
    onValuesChange: () => onDirty(form.isDirty()),
    validate: {
      sku: needed,
      name: needed,
      currency: (text) => (/^[A-Z]{3}$/.test(text) ? null : t("bad_currency")),
      price: (text, { currency }) => {
        const price = /^[A-Z]{3}$/.test(currency) ? parseMoney(text, currency) : null
        return price === null || price < 0 ? common("errors.amount") : null
      },
    },
  })
  const submit = async (values: ProductValues) => {
    setBusy(true)
    setError(null)
    try {
      await save(productInput(values))
    } catch (refused) {
      const errors = fieldErrors(refused)
      form.setErrors(errors)
      const told = Object.keys(errors).length > 0 || (refused instanceof Refused && refused.code === "stale")
      if (!told) setError(refused)
    } finally {
      setBusy(false)
    }
  }
  // Keeps a rate that was removed from the settings selectable for products that still use it.
  const choices = new Map(
    rates.map(({ rate, name }) => [Number(rate), { value: rate, label: `${percent(rate)} · ${name}` }]),
  )
  const own = choices.get(Number(initial.vat_rate))
  const data = [
    ...(own ? [] : [{ value: initial.vat_rate, label: percent(initial.vat_rate) }]),
    ...[...choices.values()].map((choice) =>
      choice === own ? { ...choice, value: initial.vat_rate } : choice,
    ),
  ]
  const shared = { readOnly: disabledReason !== null, autoComplete: "off" }
  return (
    <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
      <Stack gap="sm">
        <SimpleGrid cols={2}>
          <TextInput
            label={t("fields.sku")}
            required
            maxLength={64}
            data-autofocus
            {...shared}
            {...form.getInputProps("sku")}
          />
          <TextInput
            label={t("fields.unit")}
            placeholder={t("unit_placeholder")}
            maxLength={20}
            {...shared}
            {...form.getInputProps("unit")}
          />
        </SimpleGrid>
        <TextInput
          label={t("fields.name")}
          required
          maxLength={500}
          {...shared}
          {...form.getInputProps("name")}
        />
        <SimpleGrid cols={2}>
          <TextInput
            label={t("fields.price")}
            description={t("price_hint")}
            required
            inputMode="decimal"
            {...shared}
            {...form.getInputProps("price")}
          />
          <TextInput
            label={t("fields.currency")}
            description={t("currency_hint")}
            required
            maxLength={3}
            {...shared}
            {...form.getInputProps("currency")}
            onChange={(event) => form.setFieldValue("currency", event.currentTarget.value.toUpperCase())}
          />
        </SimpleGrid>
        <Select
          label={t("fields.vat_rate")}
          allowDeselect={false}
          readOnly={disabledReason !== null}
          data={data}
          {...form.getInputProps("vat_rate")}
        />
        <TextInput
          label={t("fields.external_id")}
          maxLength={100}
          {...shared}
          {...form.getInputProps("external_id")}
        />
        {error ? (
          <Alert color="red" role="alert">
            {errorText(error, common)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {common("cancel")}
          </Button>
          <ActionButton type="submit" disabledReason={disabledReason} loading={busy}>
            {common("save")}
          </ActionButton>
        </Group>
      </Stack>
    </form>
  )
}
