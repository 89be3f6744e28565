import { Badge, Button, Group, MultiSelect, NativeSelect, Select } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useWord, type Word } from "@/lib/useWord"
import { DateFilter } from "@/ui/DateFilter"
import { FilterBar } from "@/ui/FilterBar"
import { declared, type Filter, type ListFilterState } from "./filters"
import { MoreFilters } from "./MoreFilters"

type Props = {
  filters: ListFilterState
  /** What to show on a chip instead of the value, such as the name behind an id. */
  chips?: Partial<Record<string, string>>
}

/** The controls of a list's declared filters: the search, what stands beside it, the button for the others, and chips. */
export function ListFilters({ filters, chips = {} }: Props) {
  const word = useWord()
  const all = declared(filters.declaration)
  const search = all.find(({ filter }) => filter.control === "search")
  const inMore = all.filter(({ filter }) => "place" in filter && filter.place === "more")
  const sort = all.filter(({ filter }) => filter.control === "sort")
  const beside = all.filter((one) => one !== search && !inMore.includes(one) && !sort.includes(one))
  const controls = (some: typeof all) =>
    some.map(({ address, filter }) => (
      <Control key={address} address={address} filter={filter} filters={filters} text={chips[address]} />
    ))
  const content = (
    <>
      {controls(beside)}
      {inMore.length > 0 ? <MoreFilters filters={filters} inMore={inMore} /> : null}
      {controls(sort)}
      {controls(inMore.filter(({ filter }) => "chip" in filter && filter.chip))}
    </>
  )
  if (!search) return <Group gap="xs">{content}</Group>
  return (
    <FilterBar
      search={filters.values[search.address] ?? ""}
      onSearch={(text) => filters.set({ [search.address]: text })}
      label={word(search.filter.label)}
    >
      {content}
    </FilterBar>
  )
}

type ControlProps = {
  address: string
  filter: Filter<never>
  filters: ListFilterState
  text: string | undefined
}

function Control({ address, filter, filters, text }: ControlProps): ReactNode {
  const { t } = useTranslation()
  const word = useWord()
  const label = word(filter.label)
  const value = filters.values[address]
  const set = (value: string | null) => filters.set({ [address]: value })
  const optionsOf = (words: Record<string, Word>) =>
    Object.entries(words).map(([value, name]) => ({ value, label: word(name) }))
  switch (filter.control) {
    case "choice": {
      const { standard, width = 160 } = filter
      const options = optionsOf(filter.options)
      if (standard) options.push({ value: "all", label: word(standard.all) })
      return (
        <Select
          aria-label={label}
          placeholder={label}
          clearable={!standard}
          allowDeselect={!standard}
          searchable={options.length > 15}
          w={width}
          value={value ?? standard?.value ?? null}
          onChange={(chosen) => set(chosen === standard?.value ? null : chosen)}
          data={options}
        />
      )
    }
    case "choices":
      return (
        <MultiSelect
          aria-label={label}
          placeholder={value ? "" : label}
          clearable
          w={filter.width ?? 170}
          value={value?.split(",") ?? []}
          onChange={(chosen) => set(chosen.join(","))}
          data={optionsOf(filter.options)}
        />
      )
    case "toggle":
      return (
        <Button
          variant={value ? "light" : "default"}
          color={value ? "var(--mantine-color-error)" : undefined}
          aria-pressed={Boolean(value)}
          onClick={() => set(value ? null : "true")}
        >
          {label}
        </Button>
      )
    case "day":
      return <DateFilter bound={filter.bound ?? "from"} label={label} value={value ?? ""} onChange={set} />
    case "sort": {
      const standard: string = filter.standard
      const searching = Boolean(filters.values.q)
      return (
        <NativeSelect
          aria-label={label}
          title={searching ? t("search_is_ranked") : undefined}
          disabled={searching}
          value={value ?? standard}
          onChange={({ currentTarget }) => set(currentTarget.value === standard ? null : currentTarget.value)}
          data={optionsOf(filter.options as Record<string, Word>)}
        />
      )
    }
    case "chip":
    case "text":
      return value ? (
        <Badge
          variant="light"
          tt="none"
          size="lg"
          component="button"
          style={{ cursor: "pointer" }}
          aria-label={t("filters.remove", { name: text ?? value })}
          onClick={() => set(null)}
        >
          {text ?? value} ×
        </Badge>
      ) : null
    default:
      return null
  }
}
