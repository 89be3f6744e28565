import { Combobox, Kbd, Modal, ScrollArea, Text, TextInput, useCombobox } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { IconSearch } from "@tabler/icons-react"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router"
import { api, data } from "@/api/client"
import { money } from "@/lib/format"
import { useHasRole } from "@/lib/may"
import { matching } from "@/lib/searchMatches"
import { paths } from "@/paths"
import { SECTIONS } from "./Navigation"

type Found = { to: string; label: string; detail?: string }

/** The command palette: finds contacts, orders, screens and actions by name. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  // Always open: the options stand below the field, not in a dropdown.
  const combobox = useCombobox({ opened: true })
  const [text, setText] = useState("")
  const [settled] = useDebouncedValue(text.trim(), 80)
  const found = useFound(settled)
  const fresh = settled === text.trim() && !found.isPlaceholderData
  const groups = useGroups(text.trim().toLowerCase(), fresh, found.data)
  const { selectFirstOption } = combobox
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the options are others
  useEffect(() => {
    selectFirstOption()
  }, [groups.length, text, settled, found.data, selectFirstOption])
  const go = (to: string) => {
    onClose()
    navigate(to)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      size="lg"
      padding={0}
      yOffset="12vh"
      title={undefined}
      aria-label={t("search_or_go")}
    >
      <Combobox store={combobox} onOptionSubmit={go}>
        <Combobox.EventsTarget>
          <TextInput
            data-autofocus
            variant="unstyled"
            px="md"
            py="xs"
            aria-label={t("search_or_go")}
            placeholder={t("search_or_go")}
            leftSection={<IconSearch size={18} aria-hidden />}
            rightSection={<Kbd>Esc</Kbd>}
            rightSectionWidth={60}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </Combobox.EventsTarget>
        <ScrollArea.Autosize mah="50vh" type="auto">
          <Combobox.Options p="xs" aria-label={t("search")}>
            {groups.map(([name, entries]) => (
              <Combobox.Group key={name} label={name}>
                {entries.map((entry) => (
                  <Combobox.Option key={entry.to} value={entry.to}>
                    {entry.label}{" "}
                    {entry.detail ? (
                      <Text span size="sm" c="dimmed">
                        {entry.detail}
                      </Text>
                    ) : null}
                  </Combobox.Option>
                ))}
              </Combobox.Group>
            ))}
            {groups.length === 0 && !found.isFetching ? (
              <Combobox.Empty>{t("palette.empty")}</Combobox.Empty>
            ) : null}
          </Combobox.Options>
        </ScrollArea.Autosize>
      </Combobox>
    </Modal>
  )
}

function useFound(text: string) {
  return useQuery({
    queryKey: ["palette", text],
    enabled: text.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = { q: text, limit: 6 }
      const [contacts, orders] = await Promise.all([
        data(api.GET("/api/v1/contacts", { params: { query }, signal })),
        data(api.GET("/api/v1/orders", { params: { query }, signal })),
      ])
      return {
        contacts: contacts.items.map((contact): Found => {
          return {
            to: paths.contact(contact.id),
            label: contact.name,
            detail: contact.addresses[0]?.city ?? "",
          }
        }),
        orders: orders.items.map((order): Found => {
          return {
            to: paths.order(order.id),
            label: order.number,
            detail: money(order.total, order.currency),
          }
        }),
      }
    },
  })
}

type Answer = ReturnType<typeof useFound>["data"]
function useGroups(text: string, fresh: boolean, found: Answer): [string, Found[]][] {
  const { t } = useTranslation()
  const may = {
    viewer: useHasRole("viewer"),
    clerk: useHasRole("clerk"),
    manager: useHasRole("manager"),
    admin: useHasRole("admin"),
  }
  const matches = (entries: Found[] = []) =>
    text ? matching(entries, text, fresh, ({ label, detail = "" }) => [label, detail]) : []
  const named = (entries: Found[]) => entries.filter((entry) => entry.label.toLowerCase().includes(text))
  const actions: Found[] = may.clerk
    ? [
        { to: paths.newOrder, label: t("new_order") },
        { to: paths.newContact, label: t("new_contact") },
      ]
    : []
  const pages = SECTIONS.filter((section) => may[section.role]).flatMap((section) =>
    section.entries.map((entry): Found => ({ to: entry.to, label: t(`nav.${entry.word}`) })),
  )
  const groups: [string, Found[]][] = [
    [t("palette.contacts"), matches(found?.contacts)],
    [t("palette.orders"), matches(found?.orders)],
    [t("palette.actions"), named(actions)],
    [t("palette.pages"), named(pages)],
  ]
  return groups.filter(([, entries]) => entries.length > 0)
}
