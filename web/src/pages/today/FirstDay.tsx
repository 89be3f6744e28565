import { Paper, Stack, Text, ThemeIcon, Title } from "@mantine/core"
import { IconCheck } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router"
import { read } from "@/api/read"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"

/** The three steps to a first order, shown while there is none; those done are ticked. */
export function FirstDay() {
  const { t } = useTranslation("today")
  const navigate = useNavigate()
  const needs = { manager: useNeeds("manager"), clerk: useNeeds("clerk") }
  const products = useQuery(read("/api/v1/products", { query: { limit: 1 } }))
  const contacts = useQuery(read("/api/v1/contacts", { query: { limit: 1 } }))
  const steps = [
    { word: "products", to: paths.products, role: "manager", done: (products.data?.items.length ?? 0) > 0 },
    { word: "contact", to: paths.newContact, role: "clerk", done: (contacts.data?.items.length ?? 0) > 0 },
    { word: "order", to: paths.newOrder, role: "clerk", done: false },
  ] as const
  return (
    <Stack maw={640} mx="auto" w="100%" py="xl">
      <Title order={2} ta="center">
        {t("first.title")}
      </Title>
      <Text c="dimmed" ta="center">
        {t("first.hint")}
      </Text>
      <Stack component="ol" gap="sm" p={0} style={{ listStyle: "none" }}>
        {steps.map(({ word, to, role, done }, at) => (
          <Paper
            key={word}
            component="li"
            withBorder
            p="md"
            style={{ display: "flex", gap: 14, alignItems: "center" }}
          >
            <ThemeIcon radius="xl" variant={done ? "filled" : "light"} aria-hidden>
              {done ? <IconCheck size={16} /> : at + 1}
            </ThemeIcon>
            <div style={{ flex: 1 }}>
              <Text fw={600}>{t(`first.${word}.title`)}</Text>
              <Text size="sm" c="dimmed">
                {t(`first.${word}.hint`)}
              </Text>
            </div>
            <ActionButton
              variant={done ? "default" : "filled"}
              disabledReason={needs[role]}
              onClick={() => navigate(to)}
            >
              {t(`first.${word}.button`)}
            </ActionButton>
          </Paper>
        ))}
      </Stack>
    </Stack>
  )
}
