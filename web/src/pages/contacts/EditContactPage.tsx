import { notifications } from "@mantine/notifications"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate, useParams } from "react-router"
import { api, data, ifMatch } from "@/api/client"
import type { Contact, ContactInput } from "@/api/generated/schema"
import { staleCurrent, undecided } from "@/api/problem"
import { useErrorText } from "@/lib/errors"
import { paths } from "@/paths"
import { ConflictDialog } from "@/ui/ConflictDialog"
import { Page } from "@/ui/Page"
import { Empty, Failed, LoadingRows } from "@/ui/States"
import { ContactForm } from "./ContactForm"
import { CONTACT_FIELDS, useContactFields } from "./contactFields"
import { type ContactValues, contactInput, contactValues } from "./contactForm"
import { storeContact } from "./contactQueries"

type EditConflict = {
  yours: ContactInput
  theirs: ContactInput
  current: Contact
  done: () => void
  failed: (error: unknown) => void
}

export function Component() {
  const { id = "" } = useParams()
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const navigate = useNavigate()
  const fields = useContactFields()
  const [conflict, setConflict] = useState<EditConflict | null>(null)
  // Read once: what others change meanwhile comes to light when it is saved.
  const loaded = useQuery({
    queryKey: ["contact-edit", id],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const contact = await data(api.GET("/api/v1/contacts/{id}", { params: { path: { id } } }))
      return { contact, values: contactValues(contact) }
    },
  })
  const failed = useErrorText(loaded.error)
  const contact = loaded.data?.contact

  const put = async (body: ContactInput, version: number): Promise<void> => {
    try {
      const saved = await data(
        api.PUT("/api/v1/contacts/{id}", { params: { path: { id }, header: ifMatch(version) }, body }),
      )
      storeContact(saved)
      notifications.show({ message: common("saved") })
      navigate(paths.contact(id))
    } catch (error) {
      const current = staleCurrent<Contact>(error)
      if (!current) throw error
      const theirs = contactInput(contactValues(current))
      await new Promise<void>((done, failed) => setConflict({ yours: body, theirs, current, done, failed }))
    }
  }
  const save = (values: ContactValues) => put(contactInput(values), contact?.version ?? 0)
  const decide = (chosen: Set<string>) => {
    if (!conflict) return
    const { yours, theirs, current, done, failed } = conflict
    setConflict(null)
    const body: ContactInput = { ...yours }
    for (const name of CONTACT_FIELDS) if (chosen.has(name)) Object.assign(body, { [name]: theirs[name] })
    put(body, current.version).then(done, failed)
  }
  const gone = contact && contact.state !== "active" && contact.state !== "archived"
  return (
    <Page title={contact ? t("edit", { name: contact.name }) : t("title")} width={860}>
      {loaded.error ? (
        <Failed {...failed} retry={() => void loaded.refetch()} />
      ) : !loaded.data ? (
        <LoadingRows />
      ) : gone ? (
        <Empty title={t("not_editable")} />
      ) : (
        <ContactForm
          initial={loaded.data.values}
          save={save}
          submitLabel={common("save")}
          onCancel={() => navigate(paths.contact(id))}
        />
      )}
      {conflict ? (
        <ConflictDialog
          what={conflict.current.name}
          fields={CONTACT_FIELDS.map((name) => ({
            name,
            label: fields.label(name),
            yours: fields.show(conflict.yours, name),
            theirs: fields.show(conflict.theirs, name),
            show: (text: string) => <span style={{ whiteSpace: "pre-line" }}>{text}</span>,
            untouched: loaded.data
              ? fields.show(conflict.yours, name) === fields.show(contactInput(loaded.data.values), name)
              : false,
          }))}
          onClose={() => {
            conflict.failed(undecided())
            setConflict(null)
          }}
          onDecide={decide}
        />
      ) : null}
    </Page>
  )
}
