import { Anchor, Checkbox, Group, Stack, Tabs, Text, VisuallyHidden } from "@mantine/core"
import { IconMoodSmile } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import type { DeadLetter, RedriveOutcome } from "@/api/generated/schema"
import { read, useList } from "@/api/read"
import { ago } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { useFilters } from "@/lib/useFilters"
import { useNeeds } from "@/lib/useNeeds"
import { wordsOf } from "@/lib/useWord"
import { ExportButton } from "@/lists/ExportButton"
import { type FiltersOf, useListFilters } from "@/lists/filters"
import { ListFilters } from "@/lists/ListFilters"
import { ListTable } from "@/lists/ListTable"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import type { Column } from "@/ui/DataTable"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"
import { Empty } from "@/ui/States"
import { type Chosen, DecisionDialog } from "./DecisionDialog"
import { LetterGroupCard, RedriveProgress } from "./LetterGroups"

const LETTER_FILTERS = {
  subject: { control: "search", label: "deadLetters:search" },
  state: {
    control: "choice",
    label: "common:fields.state",
    options: wordsOf("states:dead_letter", ["open", "redriven", "discarded"]),
    width: 150,
  },
  fingerprint: { control: "chip", label: "deadLetters:one_cause" },
  message_type: null,
} as const satisfies FiltersOf<"/api/v1/dead-letters">

/** What opening a tab changes in the address: the tab itself, and the filters of its list. */
const TAB = ["view", "fingerprint", "state"] as const

/** Milliseconds between two reads: dead letters come without an event. */
const REFETCH_INTERVAL = 10_000

export function Component() {
  const { t } = useTranslation("deadLetters")
  const { filters: view, set: setView } = useFilters(TAB)
  const filters = useListFilters<"/api/v1/dead-letters">(LETTER_FILTERS)
  const clerk = useNeeds("clerk")
  const [deciding, setDeciding] = useState<{ what: "redrive" | "discard"; chosen: Chosen } | null>(null)
  const [outcome, setOutcome] = useState<{ result: RedriveOutcome; since: number } | null>(null)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const groups = useQuery({
    ...read("/api/v1/dead-letters/groups", { query: { state: "open" } }),
    refetchInterval: REFETCH_INTERVAL,
  })
  return (
    <Page
      title={t("title")}
      hint={t("hint")}
      actions={<ExportButton path="/api/v1/dead-letters.csv" disabledReason={clerk} />}
    >
      {outcome ? <RedriveProgress outcome={outcome.result} since={outcome.since} /> : null}
      <Tabs
        value={view.view ?? "groups"}
        onChange={(tab) => setView({ view: tab === "groups" ? null : tab, fingerprint: null })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="groups">{t("groups")}</Tabs.Tab>
          <Tabs.Tab value="letters">{t("letters")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="groups">
          <Loaded query={groups}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title={t("empty")} hint={t("empty_hint")} icon={<IconMoodSmile size={26} />} />
              ) : (
                <Stack gap="sm">
                  {items.map((group) => {
                    const chosen = { group: group.fingerprint, count: group.count }
                    return (
                      <LetterGroupCard
                        key={group.fingerprint}
                        group={group}
                        onShow={() =>
                          setView({ view: "letters", fingerprint: group.fingerprint, state: "open" })
                        }
                        onRedrive={() => setDeciding({ what: "redrive", chosen })}
                        onDiscard={() => setDeciding({ what: "discard", chosen })}
                      />
                    )
                  })}
                </Stack>
              )
            }
          </Loaded>
        </Tabs.Panel>
        <Tabs.Panel value="letters">
          <Letters
            selected={selected}
            onSelect={setSelected}
            filters={filters}
            onDecide={(what) => setDeciding({ what, chosen: { ids: [...selected] } })}
          />
        </Tabs.Panel>
      </Tabs>
      {deciding ? (
        <DecisionDialog
          {...deciding}
          onClose={() => setDeciding(null)}
          onDone={(result) => {
            setDeciding(null)
            setSelected(new Set())
            setOutcome(result ? { result, since: Date.now() } : null)
          }}
        />
      ) : null}
      <VisuallyHidden aria-live="polite">
        {selected.size > 0 ? t("selected", { count: selected.size }) : null}
      </VisuallyHidden>
    </Page>
  )
}

type LettersProps = {
  filters: ReturnType<typeof useListFilters<"/api/v1/dead-letters">>
  selected: ReadonlySet<string>
  onSelect: (ids: ReadonlySet<string>) => void
  onDecide: (what: "redrive" | "discard") => void
}

function Letters({ filters, selected, onSelect, onDecide }: LettersProps) {
  const { t } = useTranslation("deadLetters")
  const navigate = useNavigate()
  const manager = useNeeds("manager")
  const list = useList("/api/v1/dead-letters", { query: filters.query })
  const none = selected.size === 0 ? t("select_first") : null
  const toggle = (id: string) => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  }
  const columns = useColumns(selected, toggle)
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <ListFilters filters={filters} chips={{ fingerprint: t("one_cause") }} />
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {t("selected", { count: selected.size })}
          </Text>
          <ActionButton
            variant="default"
            disabledReason={manager ?? none}
            onClick={() => onDecide("discard")}
          >
            {t("discard")}
          </ActionButton>
          <ActionButton disabledReason={manager ?? none} onClick={() => onDecide("redrive")}>
            {t("redrive")}
          </ActionButton>
        </Group>
      </Group>
      <ListTable
        label={t("title")}
        list={list}
        columns={columns}
        onOpen={(letter) => navigate(paths.deadLetter(letter.id))}
        height="calc(100dvh - 300px)"
        filters={filters}
        empty={{ title: t("empty"), hint: t("empty_hint"), icon: <IconMoodSmile size={26} /> }}
      />
    </Stack>
  )
}

function useColumns(selected: ReadonlySet<string>, toggle: (id: string) => void): Column<DeadLetter>[] {
  const { t } = useTranslation("deadLetters")
  const common = useTranslation().t
  return [
    {
      key: "select",
      header: "",
      width: "36px",
      cell: (letter) =>
        letter.state === "open" ? (
          <Checkbox
            size="xs"
            aria-label={t("select", { what: letter.id })}
            checked={selected.has(letter.id)}
            onChange={() => toggle(letter.id)}
          />
        ) : null,
    },
    {
      key: "type",
      header: t("type"),
      width: "minmax(0, 1fr)",
      cell: (letter) => (
        <Anchor component={Link} to={paths.deadLetter(letter.id)} size="sm" fw={500}>
          {letter.message_type}
        </Anchor>
      ),
    },
    {
      key: "cause",
      header: t("cause"),
      width: "180px",
      hideOnPhone: true,
      cell: (letter) => t(`causes.${letter.cause}`),
    },
    {
      key: "error",
      header: t("error"),
      width: "minmax(0, 2fr)",
      hideOnPhone: true,
      cell: (letter) => letter.error,
    },
    {
      key: "state",
      header: common("fields.state"),
      width: "110px",
      cell: (letter) => <StateBadge of="dead_letter" state={letter.state} />,
    },
    {
      key: "when",
      header: t("when"),
      width: "140px",
      hideOnPhone: true,
      cell: (letter) => ago(letter.created_at),
    },
  ]
}
