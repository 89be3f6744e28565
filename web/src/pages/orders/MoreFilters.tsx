import { Badge, Button, Indicator, NativeSelect, Popover, SimpleGrid, Stack, TextInput } from "@mantine/core"
import { IconFilter } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import type { Filter, Filters } from "./orderFilters"

type Props = { filters: Filters; set: (changed: Partial<Record<Filter, string | null>>) => void }

const HERE = ["ordered_from", "ordered_to", "due_from", "due_to", "min", "max", "currency", "tag"] as const

/** Filters that are needed now and then: days, amounts, currency, tag. */
export function MoreFilters({ filters, set }: Props) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const count = HERE.filter((name) => filters[name]).length
  const field = (name: Exclude<(typeof HERE)[number], "currency">, type: "date" | "text") => (
    <TextInput
      type={type}
      label={t(`filters.${name}`)}
      defaultValue={filters[name] ?? ""}
      key={`${name}${filters[name] ?? ""}`}
      inputMode={name === "min" || name === "max" ? "decimal" : undefined}
      onBlur={(event) => set({ [name]: event.currentTarget.value.trim() })}
      onKeyDown={(event) => {
        if (event.key === "Enter") set({ [name]: event.currentTarget.value.trim() })
      }}
    />
  )
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
            {field("ordered_from", "date")}
            {field("ordered_to", "date")}
            {field("due_from", "date")}
            {field("due_to", "date")}
            {field("min", "text")}
            {field("max", "text")}
            <NativeSelect
              label={t("fields.currency")}
              value={filters.currency ?? ""}
              onChange={(event) => set({ currency: event.currentTarget.value })}
              data={[{ value: "", label: common("all") }, "EUR", "USD", "GBP", "CHF", "CAD", "JPY"]}
            />
            {field("tag", "text")}
          </SimpleGrid>
          {count > 0 ? (
            <Button
              variant="subtle"
              size="xs"
              onClick={() => set(Object.fromEntries(HERE.map((name) => [name, null])))}
            >
              {common("empty.clear")} <Badge ml={6}>{count}</Badge>
            </Button>
          ) : null}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
