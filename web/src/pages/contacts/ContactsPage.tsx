import { Anchor, Badge, Group } from "@mantine/core"
import { IconPlus, IconUpload } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import type { Contact } from "@/api/generated/schema"
import { useList } from "@/api/read"
import { ago } from "@/lib/format"
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

const CONTACT_FILTERS = {
  q: { control: "search", label: "contacts:search" },
  state: {
    control: "choice",
    label: "contacts:state",
    options: wordsOf("states:contact", ["active", "archived", "merged", "erased"]),
    width: 150,
  },
  kind: {
    control: "choice",
    label: "contacts:kind",
    options: wordsOf("contacts:kinds", ["person", "organisation"]),
    width: 150,
  },
  tag: { control: "chip", label: "contacts:tag" },
  email: null,
  city: null,
  country: null,
  language: null,
  updated_since: null,
  ids: null,
  sort: {
    control: "sort",
    label: "contacts:sort",
    options: wordsOf("contacts:sorts", ["name", "-updated_at", "-created_at", "created_at"]),
    standard: "name",
  },
} as const satisfies FiltersOf<"/api/v1/contacts">

export function Component() {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const navigate = useNavigate()
  const filters = useListFilters<"/api/v1/contacts">(CONTACT_FILTERS)
  const list = useList("/api/v1/contacts", { query: filters.query })
  const columns = useColumns((tag) => filters.set({ tag }))
  const [clerk, manager] = [useNeeds("clerk"), useNeeds("manager")]
  const goToNew = () => navigate(paths.newContact)
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <ExportButton path="/api/v1/contacts.csv" query={filters.query} disabledReason={clerk} />
          <ActionButton
            variant="default"
            leftSection={<IconUpload size={16} />}
            disabledReason={manager}
            onClick={() => navigate(paths.importContacts)}
          >
            {t("import")}
          </ActionButton>
          <ActionButton leftSection={<IconPlus size={16} />} disabledReason={clerk} onClick={goToNew}>
            {common("new_contact")}
          </ActionButton>
        </>
      }
    >
      <ListFilters filters={filters} />
      <ListTable
        label={t("title")}
        list={list}
        columns={columns}
        onOpen={(contact) => navigate(paths.contact(contact.id))}
        filters={filters}
        empty={{
          title: t("empty"),
          hint: t("empty_hint"),
          action: (
            <ActionButton disabledReason={clerk} onClick={goToNew}>
              {common("new_contact")}
            </ActionButton>
          ),
        }}
      />
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
      hideOnPhone: true,
    },
    {
      key: "phone",
      header: t("phone"),
      width: "138px",
      cell: (contact) => contact.phones[0]?.number,
      hideOnPhone: true,
    },
    {
      key: "tags",
      header: common("fields.tags"),
      width: "minmax(0, 0.8fr)",
      hideOnPhone: true,
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
      hideOnPhone: true,
      cell: (contact) => <StateBadge of="contact" state={contact.state} />,
    },
    {
      key: "updated",
      header: common("fields.updated"),
      width: "138px",
      hideOnPhone: true,
      cell: (contact) => ago(contact.updated_at),
    },
  ]
}
