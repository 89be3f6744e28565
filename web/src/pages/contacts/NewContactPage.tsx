import { Alert, Anchor, Button, Group, List, Stack, Text } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate } from "react-router"
import { api, data, newIdempotencyKey } from "@/api/client"
import type { DuplicateCandidate } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { language } from "@/lib/language"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { Page } from "@/ui/Page"
import { Empty } from "@/ui/States"
import { ContactForm } from "./ContactForm"
import { blankValues, type ContactValues, contactInput } from "./contactForm"
import { storeContact } from "./contactQueries"

type Question = { candidates: DuplicateCandidate[] }

export function Component() {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const navigate = useNavigate()
  const clerk = useNeeds("clerk")
  const [initial] = useState(() => blankValues(language()))
  const [key, setKey] = useState(newIdempotencyKey)
  const [question, setQuestion] = useState<Question | null>(null)

  const create = async (values: ContactValues, twice: boolean) => {
    const body = contactInput(values)
    try {
      const contact = await data(
        api.POST("/api/v1/contacts", {
          params: {
            query: { on_duplicate: twice ? "create" : "refuse" },
            header: { "Idempotency-Key": key },
          },
          body,
        }),
      )
      storeContact(contact)
      notifications.show({ message: t("created", { name: contact.name }) })
      navigate(paths.contact(contact.id))
    } catch (error) {
      // Nothing was made: another try is another request.
      if (error instanceof Refused) setKey(newIdempotencyKey())
      if (error instanceof Refused && error.code === "possible_duplicate") {
        const found = await data(api.POST("/api/v1/contacts/duplicates", { body }))
        setQuestion({ candidates: found.candidates })
      }
      throw error
    }
  }
  if (clerk)
    return (
      <Page title={common("new_contact")}>
        <Empty title={common("failed.forbidden")} hint={clerk} />
      </Page>
    )
  return (
    <Page title={common("new_contact")} width={860}>
      <ContactForm
        initial={initial}
        focusName
        submitLabel={t("create")}
        save={(values, anyway) => {
          if (!anyway) setQuestion(null)
          return create(values, anyway)
        }}
        onCancel={() => navigate(paths.contacts)}
        question={
          question
            ? (anyway, busy) => (
                <Alert color="yellow" title={t("duplicates.found")} role="alert">
                  <Stack gap="xs">
                    <Text size="sm">{t("duplicates.ask")}</Text>
                    <List size="sm">
                      {question.candidates.map(({ contact, reasons }) => (
                        <List.Item key={contact.id}>
                          <Anchor component={Link} to={paths.contact(contact.id)} target="_blank" size="sm">
                            {contact.name}
                          </Anchor>{" "}
                          <Text span size="sm" c="dimmed">
                            {[contact.addresses[0]?.city, contact.emails[0]?.address]
                              .filter(Boolean)
                              .join(" · ")}
                            {" – "}
                            {t("duplicates.same", {
                              what: reasons.map((reason) => t(`duplicates.reasons.${reason}`)).join(", "),
                            })}
                          </Text>
                        </List.Item>
                      ))}
                    </List>
                    <Group>
                      <Button variant="default" size="xs" loading={busy} onClick={anyway}>
                        {t("duplicates.create")}
                      </Button>
                    </Group>
                  </Stack>
                </Alert>
              )
            : null
        }
      />
    </Page>
  )
}
