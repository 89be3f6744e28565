import { Anchor, Group, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import { read } from "@/api/read"
import { useErrorText } from "@/lib/errors"
import { ago } from "@/lib/format"
import { paths } from "@/paths"
import { StateBadge } from "@/ui/StateBadge"
import { Failed, LoadingRows } from "@/ui/States"

/** The latest mails to a contact. */
export function ContactMails({ id }: { id: string }) {
  const { t } = useTranslation("contacts")
  const query = useQuery({
    ...read("/api/v1/mails", { query: { contact_id: id, limit: 6 } }),
    select: (page) => page.items,
    refetchInterval: ({ state }) =>
      state.data?.items.some((mail) => mail.state === "pending") ? 1_500 : false,
  })
  const failed = useErrorText(query.error)
  if (query.error) return <Failed {...failed} retry={() => void query.refetch()} />
  if (query.isPending) return <LoadingRows rows={2} />
  if (query.data.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("mails.empty")}
      </Text>
    )
  return (
    <Stack gap="xs">
      {query.data.map((mail) => (
        <Group key={mail.id} justify="space-between" gap="xs" wrap="nowrap">
          <Anchor component={Link} to={paths.mail(mail.id)} size="sm" truncate>
            {mail.subject ?? t(`mails.kinds.${mail.kind}`)}
          </Anchor>
          <Group gap="xs" wrap="nowrap">
            <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
              {ago(mail.sent_at ?? mail.created_at)}
            </Text>
            <StateBadge of="delivery" state={mail.state} />
          </Group>
        </Group>
      ))}
    </Stack>
  )
}
