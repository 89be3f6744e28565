import { modals } from "@mantine/modals"
import { useRef } from "react"
import { useTranslation } from "react-i18next"
import { useBeforeUnload, useBlocker } from "react-router"

/** Asks before what was typed is left behind. The answer's function lets a saved form go: `release(true)`. */
export function useLeaveGuard(dirty: boolean): (free: boolean) => void {
  const { t } = useTranslation()
  const free = useRef(false)
  useBeforeUnload((event) => {
    if (dirty && !free.current) event.preventDefault()
  })
  const asking = useRef(false)
  const blocker = useBlocker(({ currentLocation, nextLocation }) => {
    return dirty && !free.current && currentLocation.pathname !== nextLocation.pathname
  })
  if (blocker.state === "blocked" && !asking.current) {
    asking.current = true
    const answered = (leave: boolean) => {
      asking.current = false
      if (leave) blocker.proceed()
      else blocker.reset()
    }
    queueMicrotask(() =>
      modals.openConfirmModal({
        title: t("unsaved"),
        labels: { confirm: t("leave"), cancel: t("stay") },
        confirmProps: { color: "red" },
        onConfirm: () => answered(true),
        onCancel: () => answered(false),
      }),
    )
  }
  return (now) => {
    free.current = now
  }
}
