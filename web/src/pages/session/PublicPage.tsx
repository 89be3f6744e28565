import { Center, Group, Paper, SegmentedControl, Stack, Title } from "@mantine/core"
import { useDocumentTitle } from "@mantine/hooks"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { chooseLanguage, LANGUAGES, type Language } from "@/lib/language"

/** The layout of the screens for people who are not signed in. */
export function PublicPage({ title, children }: { title: string; children: ReactNode }) {
  const { t, i18n } = useTranslation()
  useDocumentTitle(`${title} · Comptoir`)
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={400}>
        <Paper withBorder p="xl" radius="md">
          <Stack>
            <Group gap="sm" wrap="nowrap">
              <img src="/icon.svg" alt="" width={36} height={36} />
              <Title order={1}>{title}</Title>
            </Group>
            {children}
          </Stack>
        </Paper>
        <Center>
          <SegmentedControl
            size="xs"
            aria-label={t("language")}
            value={i18n.language}
            onChange={(language) => void chooseLanguage(language as Language)}
            data={LANGUAGES.map((language) => ({ value: language, label: t(`languages.${language}`) }))}
          />
        </Center>
      </Stack>
    </Center>
  )
}
