import { Alert } from "@mantine/core"
import { IconPlugConnectedX } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { connection } from "@/api/connection"
import { moment } from "@/lib/format"
import { useStore } from "@/lib/store"

export function ConnectionAlert() {
  const { t } = useTranslation()
  const { lost } = useStore(connection)
  if (!lost) return null
  return (
    <Alert color="red" variant="light" mb="md" role="status" icon={<IconPlugConnectedX aria-hidden />}>
      {t("connection.lost", { time: moment(lost.toISOString()) })}
    </Alert>
  )
}
