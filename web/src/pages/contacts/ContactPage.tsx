import { Alert, Anchor, Badge, Grid, Group, Paper, Stack, Text, Title } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link, useParams } from "react-router"
import { useErrorText } from "@/lib/errors"
import { moment } from "@/lib/format"
import { paths } from "@/paths"
import { Page } from "@/ui/Page"
import { StateBadge } from "@/ui/StateBadge"
import { Failed, LoadingRows } from "@/ui/States"
import { ContactActions } from "./ContactActions"
import { ContactFacts } from "./ContactFacts"
import { ContactMails } from "./ContactMails"
import { ContactOrders } from "./ContactOrders"
import { useContact, useDuplicates } from "./contactQueries"
import { RecordTimeline } from "./RecordTimeline"

export function Component() {
  const { id = "" } = useParams()
  const { t } = useTranslation("contacts")
  const query = useContact(id)
  const failed = useErrorText(query.error)
  const contact = query.data
  if (!contact)
    return (
      <Page title={t("contact")}>
        {query.error ? <Failed {...failed} retry={() => void query.refetch()} /> : <LoadingRows />}
      </Page>
    )
  const erased = contact.state === "erased"
  return (
    <Page
      title={contact.name}
      aside={<StateBadge of="contact" state={contact.state} />}
      hint={[
        t(`kinds.${contact.kind}`),
        contact.contact_name,
        t("changed", { when: moment(contact.updated_at) }),
      ]
        .filter(Boolean)
        .join(" · ")}
      actions={<ContactActions contact={contact} />}
    >
      {contact.merged_into ? (
        <Alert color="gray">
          {t("merged_into")}{" "}
          <Anchor component={Link} to={paths.contact(contact.merged_into)}>
            {t("merged_open")}
          </Anchor>
        </Alert>
      ) : null}
      {contact.state === "archived" ? <Alert color="gray">{t("archived_hint")}</Alert> : null}
      {erased ? <Alert color="gray">{t("erased_hint")}</Alert> : null}
      {contact.state === "active" ? <Hint id={id} /> : null}
      {contact.tags.length > 0 ? (
        <Group gap={6}>
          {contact.tags.map((tag) => (
            <Badge
              key={tag}
              component={Link}
              to={`${paths.contacts}?tag=${encodeURIComponent(tag)}`}
              variant="default"
              tt="none"
              fw={500}
              style={{ cursor: "pointer" }}
            >
              {tag}
            </Badge>
          ))}
        </Group>
      ) : null}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <ContactOrders contact={contact} />
            <Section title={t("timeline.title")}>
              <RecordTimeline of="contacts" id={id} updatedAt={contact.updated_at} />
            </Section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <Section title={t("details")}>
              <ContactFacts contact={contact} />
            </Section>
            {contact.notes ? (
              <Section title={t("fields.notes")}>
                <Text size="sm" style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>
                  {contact.notes}
                </Text>
              </Section>
            ) : null}
            <Section title={t("mails.title")}>
              <ContactMails id={id} />
            </Section>
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  )
}

/** The hint that a contact may exist twice. */
function Hint({ id }: { id: string }) {
  const { t } = useTranslation("contacts")
  const found = useDuplicates(id).data ?? []
  const first = found[0]
  if (!first) return null
  return (
    <Alert color="yellow" title={t("duplicates.hint", { count: found.length })}>
      <Group gap="md">
        {found.slice(0, 3).map(({ contact, reasons }) => (
          <Text key={contact.id} size="sm">
            <Anchor component={Link} to={paths.contact(contact.id)} size="sm">
              {contact.name}
            </Anchor>{" "}
            {t("duplicates.same", {
              what: reasons.map((reason) => t(`duplicates.reasons.${reason}`)).join(", "),
            })}
          </Text>
        ))}
        <Anchor component={Link} to={`${paths.mergeContact(id)}?from=${first.contact.id}`} size="sm" fw={600}>
          {t("duplicates.compare")}
        </Anchor>
      </Group>
    </Alert>
  )
}
