import { IconDownload } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { download } from "@/api/client"
import type { GetPath } from "@/api/read"
import { useNotifyFailure } from "@/lib/errors"
import { ActionButton } from "@/ui/ActionButton"

type Props = {
  path: GetPath & `${string}.csv`
  /** What of the list is wanted, as the API takes it. */
  query?: object
  disabledReason?: string | null
}

/** Downloads a list as CSV, filtered as it is on the screen. */
export function ExportButton({ path, query = {}, disabledReason }: Props) {
  const { t } = useTranslation()
  const notifyFailure = useNotifyFailure()
  const search = new URLSearchParams(query as Record<string, string>)
  return (
    <ActionButton
      variant="default"
      leftSection={<IconDownload size={16} />}
      disabledReason={disabledReason}
      onClick={() => download(`${path}?${search}`).catch(notifyFailure)}
    >
      {t("export")}
    </ActionButton>
  )
}
