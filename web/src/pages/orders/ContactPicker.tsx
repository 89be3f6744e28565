import { Combobox, Loader, Text, TextInput, useCombobox } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, newIdempotencyKey } from "@/api/client"
import { Refused } from "@/api/problem"
import { read } from "@/api/read"
import { ask } from "@/lib/ask"
import { useNotifyFailure } from "@/lib/errors"
import { matching } from "@/lib/searchMatches"

type Chosen = { id: string; name: string }

type Props = {
  value: Chosen | null
  onChange: (contact: Chosen | null) => void
  error?: ReactNode
  disabled?: string | null
  autoFocus?: boolean
}

const NEW = "new"

/** Finds a contact by what is typed of its name, and creates one of that name where there is none. */
export function ContactPicker({ value, onChange, error, disabled, autoFocus }: Props) {
  const { t } = useTranslation("orders")
  const notifyFailure = useNotifyFailure()
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed ?? value?.name ?? ""
  const [settled] = useDebouncedValue(text.trim(), 80)
  const found = useQuery({
    ...read("/api/v1/contacts", { query: { limit: 8, state: "active", ...(settled ? { q: settled } : {}) } }),
    enabled: combobox.dropdownOpened,
    placeholderData: keepPreviousData,
    select: (page) => page.items,
  })
  const choose = (contact: Chosen) => {
    setTyped(null)
    onChange(contact)
    combobox.closeDropdown()
  }
  const create = useMutation({
    mutationFn: ({ name, again }: { name: string; again: boolean }) =>
      data(
        api.POST("/api/v1/contacts", {
          params: {
            query: { on_duplicate: again ? "create" : "refuse" },
            header: { "Idempotency-Key": newIdempotencyKey() },
          },
          body: { name },
        }),
      ),
    onSuccess: choose,
    onError: async (error, { name }) => {
      if (!(error instanceof Refused && error.code === "possible_duplicate")) return notifyFailure(error)
      const another = await ask({
        title: t("contact.duplicate", { name }),
        text: t("contact.duplicate_explain"),
        yes: t("contact.create_anyway"),
        no: t("contact.look"),
      })
      if (another) create.mutate({ name, again: true })
    },
  })
  const name = text.trim()
  const fresh = settled === name && found.isFetched && !found.isPlaceholderData
  const contacts = matching(found.data ?? [], name, fresh, (contact) => [contact.name])
  const submit = (id: string) => {
    if (id === NEW) return create.mutate({ name, again: false })
    const contact = contacts.find((contact) => contact.id === id)
    if (contact) choose({ id: contact.id, name: contact.name })
  }
  return (
    <Combobox store={combobox} onOptionSubmit={submit} withinPortal>
      <Combobox.Target>
        <TextInput
          label={t("fields.contact")}
          placeholder={t("contact.placeholder")}
          description={disabled ?? undefined}
          readOnly={Boolean(disabled)}
          autoComplete="off"
          data-entry
          required
          {...(autoFocus ? { "data-autofocus": true, autoFocus: true } : {})}
          rightSection={create.isPending ? <Loader size={16} /> : null}
          value={text}
          error={error}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => disabled || combobox.openDropdown()}
          onBlur={() => {
            combobox.closeDropdown()
            if (typed !== null && !typed.trim()) onChange(null)
            if (!create.isPending) setTyped(null)
          }}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            combobox.openDropdown()
            combobox.selectFirstOption()
          }}
          onKeyDown={(event) => {
            // The first one found is meant, without an arrow key.
            if (event.key !== "Enter" || !combobox.dropdownOpened) return
            if (combobox.getSelectedOptionIndex() < 0) combobox.selectFirstOption()
            if (!fresh && contacts.length === 0) event.preventDefault() // the answer is on its way: not the whole form
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={t("contact.found")} mah={300} style={{ overflowY: "auto" }}>
          {contacts.map((contact) => (
            <Combobox.Option key={contact.id} value={contact.id}>
              {contact.name}{" "}
              <Text span size="xs" c="dimmed">
                {[contact.addresses[0]?.city, contact.emails[0]?.address].filter(Boolean).join(" · ")}
              </Text>
            </Combobox.Option>
          ))}
          {name && fresh && !contacts.some((contact) => contact.name.toLowerCase() === name.toLowerCase()) ? (
            <Combobox.Option value={NEW}>{t("contact.create", { name })}</Combobox.Option>
          ) : null}
          {!name && contacts.length === 0 && !found.isFetching ? (
            <Combobox.Empty>{t("contact.none")}</Combobox.Empty>
          ) : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
