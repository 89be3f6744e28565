import {
  Alert,
  Button,
  Checkbox,
  Drawer,
  Group,
  NativeSelect,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from "@mantine/core"
import { useForm } from "@mantine/form"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, newIdempotencyKey } from "@/api/client"
import type { Order, TransactionInput, TransactionKind } from "@/api/generated/schema"
import { invalidate } from "@/api/read"
import { errorText, fieldErrors } from "@/lib/errors"
import { money, moneyText, parseMoney, today } from "@/lib/format"
import { ActionButton } from "@/ui/ActionButton"
import { remaining } from "../orders/due"
import { METHODS } from "./methods"
import { OrderPicker } from "./OrderPicker"

type Props = { kind: TransactionKind; order?: Order; onClose: () => void }

type Values = {
  kind: TransactionKind
  amount: string
  method: NonNullable<TransactionInput["method"]>
  value_date: string
  reference: string
  pending: boolean
}

/** The drawer that records a payment or refund, with the outstanding amount filled in. */
export function TransactionDrawer({ kind, order: given, onClose }: Props) {
  const { t } = useTranslation("transactions")
  const common = useTranslation().t
  const [key] = useState(newIdempotencyKey)
  const [order, setOrder] = useState<Order | null>(given ?? null)
  const form = useForm<Values>({
    initialValues: {
      kind,
      amount: given ? proposed(given, kind) : "",
      method: "transfer",
      value_date: today(),
      reference: "",
      pending: false,
    },
    validate: {
      amount: (typed) => {
        const amount = parseMoney(typed, order?.currency ?? "EUR")
        return amount !== null && amount > 0 ? null : common("errors.amount")
      },
    },
  })
  const record = useMutation({
    mutationFn: (values: Values) =>
      data(
        api.POST("/api/v1/transactions", {
          params: { header: { "Idempotency-Key": key } },
          body: {
            order_id: order?.id ?? "",
            kind: values.kind,
            amount: parseMoney(values.amount, order?.currency ?? "EUR") ?? 0,
            currency: order?.currency ?? "EUR",
            method: values.method,
            value_date: values.value_date || null,
            reference: values.reference.trim() || null,
            state: values.pending ? "pending" : "succeeded",
          },
        }),
      ),
    onSuccess: () => {
      void invalidate("transactions", "orders", "explain", "stats")
      onClose()
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  const choose = (order: Order | null) => {
    setOrder(order)
    if (order) form.setFieldValue("amount", proposed(order, form.getValues().kind))
  }
  const { kind: chosen } = form.getValues()
  const atField = Object.keys(fieldErrors(record.error)).some((field) => field in form.getValues())
  const formError = record.error && !atField ? errorText(record.error, common) : null
  return (
    <Drawer opened onClose={onClose} position="right" title={t(`record.${chosen}`)} size={420}>
      <form onSubmit={form.onSubmit((values) => record.mutate(values))} noValidate>
        <Stack>
          {given ? (
            <Text size="sm" c="dimmed">
              {t("record.for", {
                number: given.number,
                amount: money(Math.max(0, remaining(given)), given.currency),
              })}
            </Text>
          ) : (
            <>
              <SegmentedControl
                aria-label={t("fields.kind")}
                data={(["payment", "refund"] as const).map((kind) => ({
                  value: kind,
                  label: t(`kinds.${kind}`),
                }))}
                {...form.getInputProps("kind")}
                onChange={(value) => {
                  const kind = value as TransactionKind
                  form.setFieldValue("kind", kind)
                  if (order) form.setFieldValue("amount", proposed(order, kind))
                }}
              />
              <OrderPicker kind={chosen} value={order} onChange={choose} />
            </>
          )}
          <TextInput
            label={t("fields.amount")}
            inputMode="decimal"
            required
            {...(given ? { "data-autofocus": true } : {})}
            rightSection={
              <Text size="sm" c="dimmed">
                {order?.currency}
              </Text>
            }
            rightSectionWidth={56}
            {...form.getInputProps("amount")}
          />
          <NativeSelect
            label={t("fields.method")}
            data={METHODS.map((method) => ({ value: method, label: t(`methods.${method}`) }))}
            {...form.getInputProps("method")}
          />
          <TextInput type="date" label={t("fields.value_date")} {...form.getInputProps("value_date")} />
          <TextInput
            label={t("fields.reference")}
            description={t("record.reference_hint")}
            maxLength={100}
            {...form.getInputProps("reference")}
          />
          <Checkbox
            label={t("record.pending")}
            description={t("record.pending_hint")}
            {...form.getInputProps("pending", { type: "checkbox" })}
          />
          {formError ? <Alert color="red">{formError}</Alert> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common("cancel")}
            </Button>
            <ActionButton
              type="submit"
              loading={record.isPending}
              disabledReason={order ? null : t("record.choose_order")}
            >
              {t(`record.${chosen}`)}
            </ActionButton>
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}

/** The amount to fill in: for a payment what is outstanding; for a refund what was received, or overpaid. */
function proposed(order: Order, kind: TransactionKind): string {
  const rest = remaining(order)
  const paid = order.received - order.refunded
  const amount = kind === "payment" ? rest : rest < 0 ? -rest : paid
  return amount > 0 ? moneyText(amount, order.currency) : ""
}
