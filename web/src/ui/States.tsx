import { Button, Center, Skeleton, Stack, Text, ThemeIcon, Title } from "@mantine/core"
import { IconAlertTriangle, IconInbox, IconPlugConnectedX } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"

/** The message of an empty screen or list, and what to do about it. */
export function Empty({
  title,
  hint,
  action,
  icon,
}: {
  title: string
  hint?: string
  action?: ReactNode
  icon?: ReactNode
}) {
  return (
    <Center py={56} px="md" role="group" aria-label={title}>
      <Stack align="center" gap="xs" maw={440} ta="center">
        <ThemeIcon size={48} radius="xl" variant="light" color="gray" aria-hidden>
          {icon ?? <IconInbox size={26} />}
        </ThemeIcon>
        <Title order={2}>{title}</Title>
        {hint ? <Text c="dimmed">{hint}</Text> : null}
        {action}
      </Stack>
    </Center>
  )
}

/** The message that something could not be read, with its reason and a retry button. `temporary` changes the icon. */
export function Failed({
  reason,
  temporary,
  retry,
}: {
  reason: string
  temporary: boolean
  retry?: () => void
}) {
  const { t } = useTranslation()
  const Icon = temporary ? IconPlugConnectedX : IconAlertTriangle
  return (
    <Center py={56} px="md" role="alert">
      <Stack align="center" gap="xs" maw={440} ta="center">
        <ThemeIcon size={48} radius="xl" variant="light" color="red" aria-hidden>
          <Icon size={26} />
        </ThemeIcon>
        <Title order={2}>{t("failed.title")}</Title>
        <Text c="dimmed">{reason}</Text>
        {retry ? (
          <Button variant="default" onClick={retry}>
            {t("retry")}
          </Button>
        ) : null}
      </Stack>
    </Center>
  )
}

/** Placeholders in the shape of rows that are being read, so that nothing jumps. */
export function LoadingRows({ rows = 8, height = 18 }: { rows?: number; height?: number }) {
  const { t } = useTranslation()
  return (
    <Stack gap={14} p="md" role="status" aria-label={t("loading")}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={row} height={height} width={`${92 - ((row * 13) % 31)}%`} />
      ))}
    </Stack>
  )
}
