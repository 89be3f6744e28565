import { Anchor, Button } from "@mantine/core"
import { IconBox, IconCash, IconShoppingCart, IconUser } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import { api, data } from "@/api/client"
import type { EventType, TimelineEntry } from "@/api/schema"
import { useList } from "@/api/useList"
import { ago, moment } from "@/lib/format"
import { useWhy } from "@/lib/why"
import { pathOf } from "@/paths"
import { Empty, Failed, LoadingRows } from "@/ui/States"
import { Timeline } from "@/ui/Timeline"

const ICONS: Record<string, typeof IconUser> = {
  CONTACT: IconUser,
  ORDER: IconShoppingCart,
  TRANSACTION: IconCash,
  PRODUCT: IconBox,
}

type Props = { of: "contacts" | "products"; id: string; updatedAt: string }

/** What happened to a contact or a product. Workers write it a moment after the change, so it asks again until it has caught up. */
export function ContactTimeline({ of, id, updatedAt }: Props) {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const eventName = useTranslation("events").t
  const list = useList<TimelineEntry>(
    ["timeline", id],
    (cursor, signal) => {
      const params = { path: { id }, query: { limit: 20, ...(cursor ? { cursor } : {}) } }
      return of === "contacts"
        ? data(api.GET("/api/v1/contacts/{id}/timeline", { params, signal }))
        : data(api.GET("/api/v1/products/{id}/timeline", { params, signal }))
    },
    (rows) => (isBehind(rows, updatedAt) ? 700 : false),
  )
  const failed = useWhy(list.error)
  if (list.error && list.rows.length === 0) return <Failed {...failed} retry={list.retry} />
  if (list.loading) return <LoadingRows rows={4} />
  if (list.rows.length === 0) return <Empty title={t("timeline.empty")} />
  return (
    <>
      <Timeline
        label={t("timeline.title")}
        items={list.rows.map((entry) => {
          const Icon = ICONS[entry.event_type.split("_")[0] ?? ""] ?? IconUser
          const to = entry.about === id ? null : pathOf(entry.about)
          return {
            key: entry.event_id,
            icon: <Icon size={14} />,
            title: eventName(entry.event_type as EventType, { defaultValue: entry.event_type }),
            detail: to ? (
              <Anchor component={Link} to={to} size="sm">
                {entry.summary}
              </Anchor>
            ) : (
              entry.summary
            ),
            when: ago(entry.occurred_at),
            moment: moment(entry.occurred_at, "long"),
          }
        })}
      />
      {list.more ? (
        <Button variant="subtle" size="xs" mt="sm" onClick={list.readMore}>
          {common("more")}
        </Button>
      ) : null}
    </>
  )
}

/** The last change is a moment old, and does not stand there yet. An old one that never did (an import) is not waited for. */
function isBehind(rows: TimelineEntry[], updatedAt: string): boolean {
  const changed = Date.parse(updatedAt)
  if (Date.now() - changed > 20_000) return false
  return !rows.some((entry) => Date.parse(entry.occurred_at) >= changed - 1_000)
}
