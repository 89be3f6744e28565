import { Anchor, Button, Checkbox, Group, Select, Stack, Tabs, Text, VisuallyHidden } from "@mantine/core"
import { IconDownload, IconMoodSmile } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import { api, data, download } from "@/api/client"
import type { DeadLetter, DeadLetterState, RedriveOutcome } from "@/api/generated/schema"
import { useList } from "@/api/useList"
import { ago } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { useFilters } from "@/lib/useFilters"
import { useNeeds } from "@/lib/useNeeds"
import { useTellFailure, useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { type Column, DataTable } from "@/ui/DataTable"
import { FilterBar } from "@/ui/FilterBar"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"
import { Empty, Failed } from "@/ui/States"
import { type Chosen, Decide } from "./Decide"
import { GroupCard, UnderWay } from "./Groups"

const FILTERS = ["view", "state", "fingerprint", "subject"] as const
/** Letters come by themselves, without an event: ask now and then, in milliseconds. */
const AGAIN = 10_000

export function Component() {
  const { t } = useTranslation("desk")
  const { filters, set } = useFilters(FILTERS)
  const clerk = useNeeds("clerk")
  const tell = useTellFailure()
  const [deciding, setDeciding] = useState<{ what: "redrive" | "discard"; chosen: Chosen } | null>(null)
  const [outcome, setOutcome] = useState<{ told: RedriveOutcome; begun: number } | null>(null)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const groups = useQuery({
    queryKey: ["dead-letters", "groups"],
    refetchInterval: AGAIN,
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/dead-letters/groups", { params: { query: { state: "open" } }, signal })),
  })
  return (
    <Page
      title={t("title")}
      hint={t("hint")}
      actions={
        <ActionButton
          variant="default"
          leftSection={<IconDownload size={16} />}
          why={clerk}
          onClick={() => download("/api/v1/dead-letters.csv").catch(tell)}
        >
          {t("export")}
        </ActionButton>
      }
    >
      {outcome ? <UnderWay outcome={outcome.told} begun={outcome.begun} /> : null}
      <Tabs
        value={filters.view ?? "groups"}
        onChange={(view) => set({ view: view === "groups" ? null : view, fingerprint: null })}
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
                      <GroupCard
                        key={group.fingerprint}
                        group={group}
                        onShow={() => set({ view: "letters", fingerprint: group.fingerprint, state: "open" })}
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
            onDecide={(what) => setDeciding({ what, chosen: { ids: [...selected] } })}
          />
        </Tabs.Panel>
      </Tabs>
      {deciding ? (
        <Decide
          {...deciding}
          onClose={() => setDeciding(null)}
          onDone={(told) => {
            setDeciding(null)
            setSelected(new Set())
            setOutcome(told ? { told, begun: Date.now() } : null)
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
  selected: ReadonlySet<string>
  onSelect: (ids: ReadonlySet<string>) => void
  onDecide: (what: "redrive" | "discard") => void
}

function Letters({ selected, onSelect, onDecide }: LettersProps) {
  const { t } = useTranslation("desk")
  const common = useTranslation().t
  const navigate = useNavigate()
  const manager = useNeeds("manager")
  const { filters, set } = useFilters(FILTERS)
  const query = {
    ...(filters.state ? { state: filters.state as DeadLetterState } : {}),
    ...(filters.fingerprint ? { fingerprint: filters.fingerprint } : {}),
    ...(filters.subject ? { subject: filters.subject } : {}),
  }
  const list = useList(["dead-letters", "list", query], (cursor, signal) =>
    data(
      api.GET("/api/v1/dead-letters", {
        params: { query: { ...query, limit: 100, ...(cursor ? { cursor } : {}) } },
        signal,
      }),
    ),
  )
  const failed = useWhy(list.error)
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
        <FilterBar
          search={filters.subject ?? ""}
          onSearch={(subject) => set({ subject })}
          label={t("search")}
        >
          <Select
            aria-label={common("fields.state")}
            placeholder={common("fields.state")}
            clearable
            w={150}
            value={filters.state ?? null}
            onChange={(state) => set({ state })}
            data={(["open", "redriven", "discarded"] as const).map((state) => ({
              value: state,
              label: common(`states:dead_letter.${state}` as never),
            }))}
          />
          {filters.fingerprint ? (
            <Button size="xs" variant="default" onClick={() => set({ fingerprint: null })}>
              {common("empty.clear")}
            </Button>
          ) : null}
        </FilterBar>
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {t("selected", { count: selected.size })}
          </Text>
          <ActionButton variant="default" why={manager ?? none} onClick={() => onDecide("discard")}>
            {t("discard")}
          </ActionButton>
          <ActionButton why={manager ?? none} onClick={() => onDecide("redrive")}>
            {t("redrive")}
          </ActionButton>
        </Group>
      </Group>
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={list.rows}
          rowKey={(letter) => letter.id}
          open={(letter) => navigate(paths.deadLetter(letter.id))}
          loading={list.loading}
          more={list.more}
          readMore={list.readMore}
          height="calc(100dvh - 300px)"
          empty={<Empty title={t("empty")} hint={t("empty_hint")} icon={<IconMoodSmile size={26} />} />}
        />
      )}
    </Stack>
  )
}

function useColumns(selected: ReadonlySet<string>, toggle: (id: string) => void): Column<DeadLetter>[] {
  const { t } = useTranslation("desk")
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
      wide: true,
      cell: (letter) => t(`causes.${letter.cause}`),
    },
    { key: "error", header: t("error"), width: "minmax(0, 2fr)", wide: true, cell: (letter) => letter.error },
    {
      key: "state",
      header: common("fields.state"),
      width: "110px",
      cell: (letter) => <StateBadge of="dead_letter" state={letter.state} />,
    },
    { key: "when", header: t("when"), width: "140px", wide: true, cell: (letter) => ago(letter.created_at) },
  ]
}
