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
import type { Contact, Role } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { queries } from "@/api/queries"
import { useMay } from "@/lib/may"
import { useTellFailure } from "@/lib/why"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { useArchive } from "./contactQueries"

/** What can be done with a contact; an archived one can be brought back at once. */
export function ContactActions({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const navigate = useNavigate()
  const tell = useTellFailure()
  const archive = useArchive()
  const may: Partial<Record<Role, boolean>> = {
    clerk: useMay("clerk"),
    manager: useMay("manager"),
    admin: useMay("admin"),
  }
  const ended = contact.state === "merged" || contact.state === "erased"
  const why = (role: Role) =>
    ended ? t("not_editable") : may[role] ? null : common("need_role", { role: common(`roles.${role}`) })

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
          tell(error)
          // Somebody was faster: show what stands now.
          if (error instanceof Refused) void queries.invalidateQueries({ queryKey: ["contacts", contact.id] })
        },
      },
    )
  const item = (role: Role, icon: typeof IconArchive, word: string, act: () => void, red = false) => {
    const Icon = icon
    const reason = why(role)
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
        why={why("clerk")}
        loading={archive.isPending}
        onClick={() => put(contact, archived, true)}
      >
        {t(archived ? "restore" : "archive")}
      </ActionButton>
      <ActionButton
        leftSection={<IconPencil size={16} />}
        why={why("clerk")}
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
            disabled={!may.manager}
            onClick={() => download(`/api/v1/contacts/${contact.id}/export`).catch(tell)}
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
