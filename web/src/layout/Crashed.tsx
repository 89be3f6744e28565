import { useTranslation } from "react-i18next"
import { isRouteErrorResponse, useRouteError } from "react-router"
import { Failed } from "@/ui/States"

/** The screen after an unexpected failure, with a reload button: after a release, old files are gone and reloading helps. */
export function Crashed() {
  const { t } = useTranslation()
  const error = useRouteError()
  const missing = isRouteErrorResponse(error) && error.status === 404
  return (
    <Failed
      reason={t(missing ? "failed.not_found" : "failed.crashed")}
      temporary={false}
      retry={() => location.reload()}
    />
  )
}
