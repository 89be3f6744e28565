import { ActionIcon, Button, Group, Popover, Stack, TextInput } from "@mantine/core"
import { IconBookmarkPlus, IconX } from "@tabler/icons-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { Values } from "@/lists/filters"
import { builtInViews, sameFilters, useOwnViews } from "./orderFilters"

type Props = { filters: Values; onChoose: (filters: Values) => void }

/** The views of the list of orders: built-in ones, and those that somebody has named. */
export function OrderViews({ filters, onChoose }: Props) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const { views, keep, drop } = useOwnViews()
  const [naming, setNaming] = useState(false)
  const [name, setName] = useState("")
  const all = [
    ...builtInViews().map(({ word, filters }) => ({ name: t(`views.${word}`), filters, own: false })),
    ...views.map((view) => ({ ...view, own: true })),
  ]
  const current = all.find((view) => sameFilters(view.filters, filters))
  return (
    <Group gap={4} component="nav" aria-label={t("views.title")}>
      {all.map((view) => (
        <Group key={`${view.own}${view.name}`} gap={0} wrap="nowrap">
          <Button
            size="compact-sm"
            variant={view === current ? "light" : "subtle"}
            color={view === current ? "counter" : "gray"}
            aria-pressed={view === current}
            onClick={() => onChoose(view.filters)}
          >
            {view.name}
          </Button>
          {view.own ? (
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={t("views.drop", { name: view.name })}
              onClick={() => drop(view.name)}
            >
              <IconX size={12} />
            </ActionIcon>
          ) : null}
        </Group>
      ))}
      {current ? null : (
        <Popover opened={naming} onChange={setNaming} withinPortal trapFocus>
          <Popover.Target>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconBookmarkPlus size={14} />}
              onClick={() => setNaming(true)}
            >
              {t("views.keep")}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <form
              onSubmit={(event) => {
                event.preventDefault()
                if (!name.trim()) return
                keep({ name: name.trim(), filters })
                setNaming(false)
                setName("")
              }}
            >
              <Stack gap="xs">
                <TextInput
                  label={t("views.name")}
                  value={name}
                  data-autofocus
                  onChange={(event) => setName(event.currentTarget.value)}
                />
                <Button type="submit" size="xs">
                  {common("save")}
                </Button>
              </Stack>
            </form>
          </Popover.Dropdown>
        </Popover>
      )}
    </Group>
  )
}
