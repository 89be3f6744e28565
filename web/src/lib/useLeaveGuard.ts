import { useRef } from "react"
import { useTranslation } from "react-i18next"
import { useBeforeUnload, useBlocker } from "react-router"
import { ask } from "./ask"

/** Asks before an unsaved form is left. The returned function releases the guard: `release(true)` after saving. */
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
    // Not while rendering: it is another component's state.
    queueMicrotask(async () => {
      const leave = await ask({ title: t("unsaved"), yes: t("leave"), no: t("stay"), destructive: true })
      asking.current = false
      if (leave) blocker.proceed()
      else blocker.reset()
    })
  }
  return (now) => {
    free.current = now
  }
}
