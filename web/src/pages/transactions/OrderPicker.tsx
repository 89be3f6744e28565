import { Combobox, Text, TextInput, useCombobox } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { Order, TransactionKind } from "@/api/generated/schema"
import { type QueryOf, read } from "@/api/read"
import { useContactNames } from "@/api/useContactNames"
import { money } from "@/lib/format"
import { matching } from "@/lib/searchMatches"
import { canRecord } from "../orders/due"

type Props = { kind: TransactionKind; value: Order | null; onChange: (order: Order | null) => void }

/** Before anything is typed: what is due first, or what was paid last. */
const LIKELY: Record<TransactionKind, QueryOf<"/api/v1/orders">> = {
  payment: {
    state: ["confirmed", "fulfilled", "closed"],
    payment_status: ["unpaid", "partially_paid"],
    sort: "due_on",
  },
  refund: { payment_status: ["partially_paid", "paid", "overpaid"], sort: "-updated_at" },
}

/** Finds an order by its number, its reference or its contact’s name; those that money can be recorded for stand first. */
export function OrderPicker({ kind, value, onChange }: Props) {
  const { t } = useTranslation("transactions")
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed ?? value?.number ?? ""
  const [settled] = useDebouncedValue(text.trim(), 80)
  const found = useQuery({
    ...read("/api/v1/orders", { query: { limit: 8, ...(settled ? { q: settled } : LIKELY[kind]) } }),
    enabled: combobox.dropdownOpened,
    placeholderData: keepPreviousData,
    select: (page) => page.items,
  })
  const name = useContactNames((found.data ?? []).map((order) => order.contact_id))
  const fresh = settled === text.trim() && !found.isPlaceholderData
  const fits = matching(found.data ?? [], text, fresh, (order) => [
    order.number,
    order.reference ?? "",
    name(order.contact_id) ?? "",
  ])
  // The rest can be chosen too: whoever pays twice has an order that is paid.
  const orders = fits.toSorted((one, other) => Number(canRecord(other, kind)) - Number(canRecord(one, kind)))
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        onChange(orders.find((order) => order.id === id) ?? null)
        setTyped(null)
        combobox.closeDropdown()
      }}
    >
      <Combobox.Target>
        <TextInput
          data-autofocus
          label={t("fields.order")}
          placeholder={t("record.order_hint")}
          autoComplete="off"
          required
          value={text}
          onClick={() => combobox.openDropdown()}
          onBlur={() => {
            combobox.closeDropdown()
            setTyped(null)
          }}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            combobox.openDropdown()
            combobox.selectFirstOption()
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !combobox.dropdownOpened) return
            event.preventDefault()
            if (combobox.getSelectedOptionIndex() < 0) combobox.selectFirstOption()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={t("record.found")}>
          {orders.map((order) => (
            <Combobox.Option key={order.id} value={order.id}>
              {order.number}{" "}
              <Text span size="xs" c="dimmed">
                {name(order.contact_id)} · {money(order.total, order.currency)}
              </Text>
            </Combobox.Option>
          ))}
          {orders.length === 0 && !found.isFetching ? (
            <Combobox.Empty>{t("record.no_order")}</Combobox.Empty>
          ) : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
