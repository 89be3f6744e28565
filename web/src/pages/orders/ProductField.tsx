import { Combobox, Group, Text, TextInput, useCombobox } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import type { Product } from "@/api/generated/schema"
import { read } from "@/api/read"
import { money } from "@/lib/format"
import { matching } from "@/lib/searchMatches"

type Props = {
  label: string
  sku: string
  value: string
  onChange: (text: string) => void
  onChoose: (product: Product) => void
  error?: ReactNode
}

/** The description of an order line: a product of the catalogue by SKU or name, or any text. */
export function ProductField({ label, sku, value, onChange, onChoose, error }: Props) {
  const { t } = useTranslation("orders")
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [settled] = useDebouncedValue(value.trim(), 80)
  const found = useQuery({
    ...read("/api/v1/products", { query: { limit: 8, active: true, q: settled } }),
    enabled: combobox.dropdownOpened && settled.length > 0,
    placeholderData: keepPreviousData,
    select: (page) => page.items,
  })
  const fresh = settled === value.trim() && !found.isPlaceholderData
  const products = settled
    ? matching(found.data ?? [], value, fresh, (product) => [product.sku, product.name])
    : []
  return (
    <Combobox
      store={combobox}
      width={440}
      position="bottom-start"
      onOptionSubmit={(id) => {
        const product = products.find((product) => product.id === id)
        combobox.closeDropdown()
        if (product) onChoose(product)
      }}
    >
      <Combobox.Target>
        <TextInput
          aria-label={label}
          placeholder={t("lines.what")}
          autoComplete="off"
          data-entry
          value={value}
          error={error}
          rightSectionWidth={sku ? 84 : 0}
          rightSection={
            sku ? (
              <Text size="xs" c="dimmed" truncate maw={76}>
                {sku}
              </Text>
            ) : null
          }
          onChange={(event) => {
            onChange(event.currentTarget.value)
            combobox.openDropdown()
            combobox.updateSelectedOptionIndex()
          }}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === "Enter" && combobox.dropdownOpened && !sku && products.length > 0)
              combobox.getSelectedOptionIndex() < 0 && combobox.selectFirstOption()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={products.length === 0}>
        <Combobox.Options aria-label={t("lines.catalogue")}>
          {products.map((product) => (
            <Combobox.Option key={product.id} value={product.id}>
              <Group justify="space-between" wrap="nowrap" gap="md">
                <span>
                  {product.name}{" "}
                  <Text span size="xs" c="dimmed">
                    {product.sku}
                  </Text>
                </span>
                <Text span size="sm" className="number">
                  {money(product.price, product.currency)}
                </Text>
              </Group>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
