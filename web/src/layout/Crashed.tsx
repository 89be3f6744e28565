import { useTranslation } from "react-i18next"
import { isRouteErrorResponse, useRouteError } from "react-router"
import { Failed } from "@/ui/States"

/** Where a screen fails that should not: one way on. A new release takes the old files away, and loading again helps. */
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
