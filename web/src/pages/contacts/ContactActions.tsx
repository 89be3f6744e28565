import { Button, Menu } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import {
  IconArchive,
  IconArrowBackUp,
  IconArrowMerge,
  IconDots,
  IconDownload,
  IconEraser,
  IconPencil,
} from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router"
import { download } from "@/api/client"
import type { Contact } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { invalidate } from "@/api/read"
import { useNotifyFailure } from "@/lib/errors"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { useArchive } from "./contactQueries"

/** The actions on a contact. Archiving can be undone at once. */
export function ContactActions({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const navigate = useNavigate()
  const notifyFailure = useNotifyFailure()
  const archive = useArchive()
  const needs = { clerk: useNeeds("clerk"), manager: useNeeds("manager"), admin: useNeeds("admin") }
  const ended = contact.state === "merged" || contact.state === "erased"
  const reasonFor = (role: keyof typeof needs) => (ended ? t("not_editable") : needs[role])

  const put = (before: Contact, restore: boolean, undo: boolean) =>
    archive.mutate(
      { contact: before, restore },
      {
        onSuccess: (after) => {
          const id = `archive-${after.id}`
          const back = () => {
            notifications.hide(id)
            put(after, !restore, false)
          }
          notifications.hide(id)
          notifications.show({
            id,
            autoClose: 8_000,
            message: (
              <>
                {t(restore ? "restored" : "archived", { name: after.name })}{" "}
                {undo ? (
                  <Button size="compact-sm" variant="light" ml="xs" onClick={back}>
                    {t("undo")}
                  </Button>
                ) : null}
              </>
            ),
          })
        },
        onError: (error) => {
          notifyFailure(error)
          // Somebody was faster: show what stands now.
          if (error instanceof Refused) void invalidate("/api/v1/contacts/{id}")
        },
      },
    )
  const item = (
    role: keyof typeof needs,
    icon: typeof IconArchive,
    word: string,
    act: () => void,
    red = false,
  ) => {
    const Icon = icon
    const reason = reasonFor(role)
    return (
      <Menu.Item
        leftSection={<Icon size={16} />}
        disabled={reason !== null}
        {...(red ? { color: "red" } : {})}
        onClick={act}
      >
        {word}
        {reason && !ended ? ` – ${reason}` : ""}
      </Menu.Item>
    )
  }
  const archived = contact.state === "archived"
  return (
    <>
      <ActionButton
        variant="default"
        leftSection={archived ? <IconArrowBackUp size={16} /> : <IconArchive size={16} />}
        disabledReason={reasonFor("clerk")}
        loading={archive.isPending}
        onClick={() => put(contact, archived, true)}
      >
        {t(archived ? "restore" : "archive")}
      </ActionButton>
      <ActionButton
        leftSection={<IconPencil size={16} />}
        disabledReason={reasonFor("clerk")}
        onClick={() => navigate(paths.editContact(contact.id))}
      >
        {common("edit")}
      </ActionButton>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" px="xs" aria-label={common("more")} title={common("more")}>
            <IconDots size={18} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {item("manager", IconArrowMerge, t("merge.action"), () => navigate(paths.mergeContact(contact.id)))}
          <Menu.Item
            leftSection={<IconDownload size={16} />}
            disabled={needs.manager !== null}
            onClick={() => download(`/api/v1/contacts/${contact.id}/export`).catch(notifyFailure)}
          >
            {t("export_person")}
          </Menu.Item>
          <Menu.Divider />
          {item("admin", IconEraser, t("erase.action"), () => navigate(paths.eraseContact(contact.id)), true)}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
