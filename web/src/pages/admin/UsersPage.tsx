import { ActionIcon, Badge, Button, Group, Menu, Table, Text } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { IconDots, IconPlus } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data } from "@/api/client"
import type { Invitation, Link, User } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { invalidate, read } from "@/api/read"
import { useNotifyFailure } from "@/lib/errors"
import { moment } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { useUser } from "@/lib/may"
import { Confirm } from "@/ui/Confirm"
import { Page } from "@/ui/Page"
import { Section } from "@/ui/Section"
import { ShownOnce } from "@/ui/ShownOnce"
import { StateBadge } from "@/ui/StateBadge"
import { EditUserDialog, InviteDialog } from "./UserForms"

type Asking = { what: "edit" | "disable" | "reset"; user: User } | "invite" | null

export function Component() {
  const { t } = useTranslation("admin")
  const [asking, setAsking] = useState<Asking>(null)
  const [link, setLink] = useState<Link | null>(null)
  const users = useQuery(read("/api/v1/users", { query: { limit: 200 } }))
  const close = () => setAsking(null)
  const act = useUserActions(close, setLink)
  return (
    <Page
      title={t("users.title")}
      hint={t("users.hint")}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setAsking("invite")}>
          {t("users.invite")}
        </Button>
      }
    >
      {link ? (
        <ShownOnce
          title={t("users.link_title")}
          hint={t("users.link_hint", { name: link.invitation.name || link.invitation.email })}
          label={t("users.link")}
          value={new URL(link.link, location.origin).href}
        />
      ) : null}
      <Loaded query={users}>
        {({ items }) => (
          <People
            users={items}
            onAsk={(what, user) => setAsking({ what, user })}
            onEnable={(user) => act.mutate({ what: "enable", user })}
            onLink={(user) => act.mutate({ what: "link", user })}
          />
        )}
      </Loaded>
      <Invitations />
      {asking === "invite" ? (
        <InviteDialog
          onClose={close}
          onDone={(link) => {
            setLink(link)
            close()
          }}
        />
      ) : null}
      {asking && asking !== "invite" && asking.what === "edit" ? (
        <EditUserDialog user={asking.user} onClose={close} />
      ) : null}
      {asking && asking !== "invite" && asking.what !== "edit" ? (
        <Confirm
          title={t(`users.${asking.what}_title`, { name: asking.user.name })}
          hint={t(`users.${asking.what}_hint`, { name: asking.user.name })}
          action={t(asking.what === "disable" ? "users.disable" : "users.reset_factor")}
          busy={act.isPending}
          onClose={close}
          onConfirm={() =>
            act.mutate({ what: asking.what === "disable" ? "disable" : "reset", user: asking.user })
          }
        />
      ) : null}
    </Page>
  )
}

type Act = { what: "disable" | "enable" | "link" | "reset"; user: User }

function useUserActions(done: () => void, onLink: (link: Link) => void) {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const notifyFailure = useNotifyFailure()
  return useMutation({
    mutationFn: async ({ what, user }: Act) => {
      const params = { path: { id: user.id } }
      if (what === "disable") await data(api.POST("/api/v1/users/{id}/disable", { params }))
      else if (what === "enable") await data(api.POST("/api/v1/users/{id}/enable", { params }))
      else if (what === "reset") await data(api.DELETE("/api/v1/users/{id}/second-factor", { params }))
      else onLink(await data(api.POST("/api/v1/users/{id}/password-link", { params })))
    },
    onSuccess: (_, { what }) => {
      void invalidate("users")
      if (what !== "link")
        notifications.show({
          color: "green",
          message: what === "reset" ? t("users.reset_done") : common("saved"),
        })
    },
    onError: (error) => {
      if (error instanceof Refused && error.code === "last_admin")
        notifications.show({ color: "red", title: common("failed.action"), message: t("users.last_admin") })
      else notifyFailure(error)
    },
    onSettled: done,
  })
}

type PeopleProps = {
  users: User[]
  onAsk: (what: "edit" | "disable" | "reset", user: User) => void
  onEnable: (user: User) => void
  onLink: (user: User) => void
}

function People({ users, onAsk, onEnable, onLink }: PeopleProps) {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const me = useUser()
  return (
    <Table.ScrollContainer minWidth={300}>
      <Table aria-label={t("users.people")} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{common("fields.name")}</Table.Th>
            <Table.Th visibleFrom="sm">{common("fields.email")}</Table.Th>
            <Table.Th>{common("fields.role")}</Table.Th>
            <Table.Th visibleFrom="sm">{t("users.second_factor")}</Table.Th>
            <Table.Th visibleFrom="xs">{common("fields.state")}</Table.Th>
            <Table.Th w={50} aria-label={common("more")} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <Table.Tr key={user.id}>
              <Table.Td fw={500}>
                {user.name}{" "}
                {user.id === me?.id ? (
                  <Badge variant="default" tt="none" size="sm">
                    {t("users.you")}
                  </Badge>
                ) : null}
              </Table.Td>
              <Table.Td visibleFrom="sm">{user.email}</Table.Td>
              <Table.Td>{common(`roles.${user.role}`)}</Table.Td>
              <Table.Td visibleFrom="sm">{t(user.second_factor ? "users.on" : "users.off")}</Table.Td>
              <Table.Td visibleFrom="xs">
                <StateBadge of="user" state={user.disabled_at ? "disabled" : "active"} />
              </Table.Td>
              <Table.Td>
                <Menu position="bottom-end" withinPortal>
                  <Menu.Target>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t("users.actions", { name: user.name })}
                    >
                      <IconDots size={18} />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item onClick={() => onAsk("edit", user)}>{t("users.edit")}</Menu.Item>
                    <Menu.Item disabled={Boolean(user.disabled_at)} onClick={() => onLink(user)}>
                      {t("users.password_link")}
                    </Menu.Item>
                    {user.second_factor ? (
                      <Menu.Item onClick={() => onAsk("reset", user)}>{t("users.reset_factor")}</Menu.Item>
                    ) : null}
                    {user.disabled_at ? (
                      <Menu.Item onClick={() => onEnable(user)}>{t("users.enable")}</Menu.Item>
                    ) : (
                      <Menu.Item color="red" onClick={() => onAsk("disable", user)}>
                        {t("users.disable")}
                      </Menu.Item>
                    )}
                  </Menu.Dropdown>
                </Menu>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Invitations() {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const notifyFailure = useNotifyFailure()
  const invitations = useQuery(read("/api/v1/invitations", { query: { limit: 100 } }))
  const revoke = useMutation({
    mutationFn: (id: string) => data(api.DELETE("/api/v1/invitations/{id}", { params: { path: { id } } })),
    onSuccess: () => invalidate("invitations"),
    onError: notifyFailure,
  })
  const open = (invitation: Invitation) =>
    !invitation.accepted_at && !invitation.revoked_at && Date.parse(invitation.expires_at) > Date.now()
  return (
    <Section title={t("users.invited")}>
      <Loaded query={invitations}>
        {({ items }) =>
          items.filter(open).length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("users.no_invitations")}
            </Text>
          ) : (
            <Table aria-label={t("users.invited")}>
              <Table.Tbody>
                {items.filter(open).map((invitation) => (
                  <Table.Tr key={invitation.id}>
                    <Table.Td>
                      <Text size="sm">{invitation.email}</Text>
                      <Text size="xs" c="dimmed">
                        {invitation.user_id ? t("users.new_password") : common(`roles.${invitation.role}`)} ·{" "}
                        {t("users.expires")} {moment(invitation.expires_at)}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Group justify="flex-end">
                        <Button
                          size="xs"
                          variant="default"
                          loading={revoke.isPending && revoke.variables === invitation.id}
                          onClick={() => revoke.mutate(invitation.id)}
                        >
                          {t("users.revoke")}
                        </Button>
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
    </Section>
  )
}
