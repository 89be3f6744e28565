import { Combobox, Group, Text, TextInput, useCombobox } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { api, data } from "@/api/client"
import type { Product } from "@/api/generated/schema"
import { fitting } from "@/lib/fitting"
import { money } from "@/lib/format"

type Props = {
  label: string
  sku: string
  value: string
  onChange: (text: string) => void
  onChoose: (product: Product) => void
  error?: ReactNode
}

/** What is ordered: of the catalogue by SKU or name, or any text. */
export function ProductField({ label, sku, value, onChange, onChoose, error }: Props) {
  const { t } = useTranslation("orders")
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [settled] = useDebouncedValue(value.trim(), 80)
  const found = useQuery({
    queryKey: ["products", "pick", settled],
    enabled: combobox.dropdownOpened && settled.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = { limit: 8, active: true, q: settled }
      return (await data(api.GET("/api/v1/products", { params: { query }, signal }))).items
    },
  })
  const fresh = settled === value.trim() && !found.isPlaceholderData
  const products = settled
    ? fitting(found.data ?? [], value, fresh, (product) => [product.sku, product.name])
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
