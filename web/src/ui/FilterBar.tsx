import { Group, TextInput } from "@mantine/core"
import { useThrottledCallback } from "@mantine/hooks"
import { IconSearch } from "@tabler/icons-react"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import classes from "./FilterBar.module.css"

type Props = { search: string; onSearch: (text: string) => void; label: string; children?: ReactNode }

/** A search field with filters beside it. It searches while one types: at the first key, then at most every 60 ms. The key `/` focuses it (`data-search`). */
export function FilterBar({ search, onSearch, label, children }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(search)
  const [known, setKnown] = useState(search)
  const searchThrottled = useThrottledCallback(onSearch, 60)
  // The address has changed by other means, such as "back".
  if (search !== known) {
    setKnown(search)
    if (search !== typed.trim()) setTyped(search)
  }
  return (
    <Group gap="xs" role="search" className={classes.bar}>
      <TextInput
        data-search
        aria-label={label}
        placeholder={t("search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          searchThrottled(event.currentTarget.value.trim())
        }}
        w={{ base: "100%", xs: 280 }}
      />
      {children}
    </Group>
  )
}
