import { Anchor, Button } from "@mantine/core"
import { IconBox, IconCash, IconShoppingCart, IconUser } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import type { TimelineEntry } from "@/api/generated/schema"
import { useList } from "@/api/read"
import { useErrorText } from "@/lib/errors"
import { EVENT_WORDS } from "@/lib/eventTypes"
import { ago, moment } from "@/lib/format"
import { useWord } from "@/lib/useWord"
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

/** The timeline of a contact or a product. Workers write it a moment after a change, so it is read again until it has caught up. */
export function RecordTimeline({ of, id, updatedAt }: Props) {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const word = useWord()
  const list = useList(`/api/v1/${of}/{id}/timeline`, { path: { id }, query: { limit: 20 } }, (rows) =>
    isBehind(rows, updatedAt) ? 700 : false,
  )
  const failed = useErrorText(list.error)
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
            title: known(entry.event_type) ? word(EVENT_WORDS[entry.event_type]) : entry.event_type,
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
      {list.hasMore ? (
        <Button variant="subtle" size="xs" mt="sm" onClick={list.loadMore}>
          {common("more")}
        </Button>
      ) : null}
    </>
  )
}

/** Whether a change of the last moments is missing. An older one that never came (an import) is not waited for. */
function isBehind(rows: TimelineEntry[], updatedAt: string): boolean {
  const changed = Date.parse(updatedAt)
  if (Date.now() - changed > 20_000) return false
  return !rows.some((entry) => Date.parse(entry.occurred_at) >= changed - 1_000)
}

/** Whether an entry is of a type that this version knows: an older one may have written others. */
function known(type: string): type is keyof typeof EVENT_WORDS {
  return type in EVENT_WORDS
}
