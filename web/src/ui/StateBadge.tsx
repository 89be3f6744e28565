import { Badge } from "@mantine/core"
import { useTranslation } from "react-i18next"
import type { words } from "@/lib/words/en"

type States = typeof words.states
type State = { [K in keyof States]: keyof States[K] }[keyof States]

const COLOURS = {
  active: "counter",
  confirmed: "blue",
  fulfilled: "teal",
  closed: "gray",
  draft: "gray",
  cancelled: "gray",
  archived: "gray",
  merged: "gray",
  erased: "gray",
  unpaid: "orange",
  partially_paid: "yellow",
  paid: "green",
  overpaid: "grape",
  refunded: "violet",
  pending: "yellow",
  succeeded: "green",
  failed: "red",
  done: "green",
  dead: "red",
  skipped: "gray",
  open: "red",
  redriven: "blue",
  discarded: "gray",
  disabled: "gray",
  gone: "red",
  revoked: "gray",
  expired: "gray",
  alive: "green",
  lost: "red",
} satisfies Record<State, string>

/** The badge with the state of a record, in words and in a colour. */
export function StateBadge<K extends keyof States>({
  of,
  state,
}: {
  of: K
  state: string & keyof States[K]
}) {
  const { t } = useTranslation("states")
  const word = t(`${of}.${state}` as never) as string
  return (
    <Badge variant="light" color={COLOURS[state as State]} tt="none" fw={600} radius="sm">
      {word}
    </Badge>
  )
}
