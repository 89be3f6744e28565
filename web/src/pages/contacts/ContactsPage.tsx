import { Anchor, Badge, Button, Group, Select } from "@mantine/core"
import { IconDownload, IconPlus, IconUpload } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import { api, data, download } from "@/api/client"
import type { Contact } from "@/api/generated/schema"
import { useList } from "@/api/useList"
import { ago } from "@/lib/format"
import { useMay } from "@/lib/may"
import { useFilters } from "@/lib/useFilters"
import { useTellFailure, useWhy } from "@/lib/why"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { type Column, DataTable } from "@/ui/DataTable"
import { FilterBar } from "@/ui/FilterBar"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"
import { Empty, Failed } from "@/ui/States"

const FILTERS = ["q", "state", "kind", "tag", "sort"] as const
const SORTS = ["name", "-updated_at", "-created_at", "created_at"] as const

export function Component() {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const navigate = useNavigate()
  const { filters, set, clear, any } = useFilters(FILTERS)
  const clerk = useMay("clerk")
  const manager = useMay("manager")
  const tell = useTellFailure()
  // A search ranks by itself.
  const { sort, ...others } = filters
  const asked = filters.q || !sort ? others : filters
  const query = asked as {
    q?: string
    state?: Contact["state"]
    kind?: Contact["kind"]
    tag?: string
    sort?: (typeof SORTS)[number]
  }
  const list = useList(["contacts", "list", query], (cursor, signal) =>
    data(
      api.GET("/api/v1/contacts", {
        params: { query: { ...query, limit: 100, ...(cursor ? { cursor } : {}) } },
        signal,
      }),
    ),
  )
  const failed = useWhy(list.error)
  const columns = useColumns((tag) => set({ tag }))
  const needs = (role: "clerk" | "manager", may: boolean) =>
    may ? null : common("need_role", { role: common(`roles.${role}`) })
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <ActionButton
            variant="default"
            leftSection={<IconDownload size={16} />}
            why={needs("clerk", clerk)}
            onClick={() => download(`/api/v1/contacts.csv?${new URLSearchParams(query)}`).catch(tell)}
          >
            {t("export")}
          </ActionButton>
          <ActionButton
            variant="default"
            leftSection={<IconUpload size={16} />}
            why={needs("manager", manager)}
            onClick={() => navigate(paths.importContacts)}
          >
            {t("import")}
          </ActionButton>
          <ActionButton
            leftSection={<IconPlus size={16} />}
            why={needs("clerk", clerk)}
            onClick={() => navigate(paths.newContact)}
          >
            {common("new_contact")}
          </ActionButton>
        </>
      }
    >
      <FilterBar search={filters.q ?? ""} onSearch={(q) => set({ q })} label={t("search")}>
        <Select
          aria-label={t("state")}
          placeholder={t("state")}
          clearable
          w={150}
          value={filters.state ?? null}
          onChange={(state) => set({ state })}
          data={(["active", "archived", "merged", "erased"] as const).map((state) => ({
            value: state,
            label: common(`states:contact.${state}` as never),
          }))}
        />
        <Select
          aria-label={t("kind")}
          placeholder={t("kind")}
          clearable
          w={150}
          value={filters.kind ?? null}
          onChange={(kind) => set({ kind })}
          data={(["person", "organisation"] as const).map((kind) => ({
            value: kind,
            label: t(`kinds.${kind}`),
          }))}
        />
        {filters.q ? null : (
          <Select
            aria-label={t("sort")}
            w={190}
            allowDeselect={false}
            value={sort ?? "name"}
            onChange={(sort) => set({ sort: sort === "name" ? null : sort })}
            data={SORTS.map((value) => ({ value, label: t(`sorts.${value}`) }))}
          />
        )}
        {filters.tag ? (
          <Badge
            variant="light"
            tt="none"
            size="lg"
            component="button"
            style={{ cursor: "pointer" }}
            onClick={() => set({ tag: null })}
          >
            {filters.tag} ×
          </Badge>
        ) : null}
      </FilterBar>
      {list.error && list.rows.length === 0 ? (
        <Failed {...failed} retry={list.retry} />
      ) : (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={list.rows}
          rowKey={(contact) => contact.id}
          open={(contact) => navigate(paths.contact(contact.id))}
          loading={list.loading}
          more={list.more}
          readMore={list.readMore}
          empty={
            any ? (
              <Empty
                title={common("empty.filtered")}
                hint={common("empty.filtered_hint")}
                action={
                  <Button variant="default" onClick={clear}>
                    {common("empty.clear")}
                  </Button>
                }
              />
            ) : (
              <Empty
                title={t("empty")}
                hint={t("empty_hint")}
                action={
                  <ActionButton why={needs("clerk", clerk)} onClick={() => navigate(paths.newContact)}>
                    {common("new_contact")}
                  </ActionButton>
                }
              />
            )
          }
        />
      )}
    </Page>
  )
}

function useColumns(choose: (tag: string) => void): Column<Contact>[] {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  return [
    {
      key: "name",
      header: common("fields.name"),
      width: "minmax(0, 2fr)",
      cell: (contact) => (
        <Anchor component={Link} to={paths.contact(contact.id)} size="sm" fw={500}>
          {contact.name}
        </Anchor>
      ),
    },
    {
      key: "city",
      header: t("city"),
      cell: (contact) => contact.addresses[0]?.city,
      width: "minmax(0, 1fr)",
    },
    {
      key: "email",
      header: common("fields.email"),
      cell: (contact) => contact.emails[0]?.address,
      width: "minmax(0, 1.6fr)",
      wide: true,
    },
    {
      key: "phone",
      header: t("phone"),
      width: "138px",
      cell: (contact) => contact.phones[0]?.number,
      wide: true,
    },
    {
      key: "tags",
      header: common("fields.tags"),
      width: "minmax(0, 0.8fr)",
      wide: true,
      cell: (contact) => (
        <Group gap={4} wrap="nowrap">
          {contact.tags.map((tag) => (
            <Badge
              key={tag}
              component="button"
              variant="default"
              tt="none"
              fw={400}
              style={{ cursor: "pointer" }}
              aria-label={`${t("tag")}: ${tag}`}
              onClick={() => choose(tag)}
            >
              {tag}
            </Badge>
          ))}
        </Group>
      ),
    },
    {
      key: "state",
      header: common("fields.state"),
      width: "92px",
      wide: true,
      cell: (contact) => <StateBadge of="contact" state={contact.state} />,
    },
    {
      key: "updated",
      header: common("fields.updated"),
      width: "138px",
      wide: true,
      cell: (contact) => ago(contact.updated_at),
    },
  ]
}
