import { Combobox, Text, TextInput, useCombobox } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data } from "@/api/client"
import type { Order } from "@/api/schema"
import { useContactNames } from "@/api/useContactNames"
import { money } from "@/lib/format"

type Props = { value: Order | null; onChange: (order: Order | null) => void }

/** An order by its number, its reference or its contact's name. */
export function OrderPicker({ value, onChange }: Props) {
  const { t } = useTranslation("transactions")
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed ?? value?.number ?? ""
  const [settled] = useDebouncedValue(text.trim(), 80)
  const found = useQuery({
    queryKey: ["orders", "pick", settled],
    enabled: combobox.dropdownOpened,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = settled ? { q: settled, limit: 8 } : { payment_status: ["unpaid" as const], limit: 8 }
      return (await data(api.GET("/api/v1/orders", { params: { query }, signal }))).items
    },
  })
  const orders = found.data ?? []
  const name = useContactNames(orders.map((order) => order.contact_id))
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
