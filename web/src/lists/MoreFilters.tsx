import { Badge, Button, Indicator, NativeSelect, Popover, SimpleGrid, Stack, TextInput } from "@mantine/core"
import { IconFilter } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { CURRENCIES } from "@/lib/currencies"
import { useWord } from "@/lib/useWord"
import type { declared, ListFilterState } from "./filters"

type Props = { filters: ListFilterState; inMore: ReturnType<typeof declared> }

/** The filters that are needed now and then, behind a button that shows how many are set. */
export function MoreFilters({ filters: { values, set }, inMore }: Props) {
  const { t } = useTranslation()
  const word = useWord()
  const count = inMore.filter(({ address }) => values[address]).length
  return (
    <Popover withinPortal position="bottom-end" width={340} trapFocus>
      <Indicator disabled={count === 0} label={count} size={16}>
        <Popover.Target>
          <Button variant="default" leftSection={<IconFilter size={16} />}>
            {t("filters.more")}
          </Button>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Stack gap="xs">
          <SimpleGrid cols={2} spacing="xs">
            {inMore.map(({ address, filter }) => {
              const value = values[address] ?? ""
              if (filter.control === "currency")
                return (
                  <NativeSelect
                    key={address}
                    label={word(filter.label)}
                    value={value}
                    onChange={(event) => set({ [address]: event.currentTarget.value })}
                    data={[{ value: "", label: t("all") }, ...CURRENCIES]}
                  />
                )
              const take = (text: string) => set({ [address]: text.trim() })
              return (
                <TextInput
                  // Another value from outside, such as a view, begins another field.
                  key={`${address}${value}`}
                  type={filter.control === "day" ? "date" : "text"}
                  inputMode={filter.control === "amount" ? "decimal" : undefined}
                  label={word(filter.label)}
                  defaultValue={value}
                  onBlur={(event) => take(event.currentTarget.value)}
                  onKeyDown={(event) => {
                    if (event.key === "Enter") take(event.currentTarget.value)
                  }}
                />
              )
            })}
          </SimpleGrid>
          {count > 0 ? (
            <Button
              variant="subtle"
              size="xs"
              onClick={() => set(Object.fromEntries(inMore.map(({ address }) => [address, null])))}
            >
              {t("empty.clear")} <Badge ml={6}>{count}</Badge>
            </Button>
          ) : null}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
