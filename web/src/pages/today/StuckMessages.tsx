import { Alert, Anchor, Text } from "@mantine/core"
import { IconAlertTriangle } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import { read } from "@/api/read"
import { useHasRole } from "@/lib/may"
import { paths } from "@/paths"

/** The alert that failed messages wait for a decision, for people who can decide it. */
export function StuckMessages() {
  const { t } = useTranslation("today")
  const manager = useHasRole("manager")
  const letters = useQuery({
    ...read("/api/v1/dead-letters", { query: { state: "open", limit: 100 } }),
    enabled: manager,
    refetchInterval: 30_000,
  })
  const found = letters.data?.items.length ?? 0
  if (!manager || found === 0) return null
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={t("stuck.title")}>
      <Text size="sm">{t("stuck.count", { count: found })}</Text>
      <Anchor component={Link} to={paths.deadLetters} size="sm" c="inherit" td="underline">
        {t("stuck.open")}
      </Anchor>
    </Alert>
  )
}
