import { useLayoutEffect, useRef } from "react"
import { useNavigate } from "react-router"
import { paths } from "@/paths"
import { SECTIONS } from "./Navigation"

/** How long the second key of a sequence such as `g o` may take, in milliseconds. */
const SEQUENCE_TIMEOUT = 1_200

/** The keyboard shortcuts: `/` or Ctrl-K search, `n` new order, `?` help, `g` and a letter go to a screen. Not while somebody types. */
export function useShortcuts(handlers: { find: () => void; help: () => void }) {
  const navigate = useNavigate()
  const latest = useRef(handlers)
  latest.current = handlers
  // Before the screen is painted: whoever sees it can use its keys.
  useLayoutEffect(() => {
    let sequenceBegan = Number.NEGATIVE_INFINITY
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        return latest.current.find()
      }
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTyping(event.target) ||
        document.querySelector("[role=dialog]")
      )
        return
      // When the key was pressed, however late a busy page hears of it.
      const inSequence = event.timeStamp - sequenceBegan < SEQUENCE_TIMEOUT
      sequenceBegan = Number.NEGATIVE_INFINITY
      const to = inSequence
        ? SECTIONS.flatMap((section) => section.entries).find((entry) => entry.key === event.key)?.to
        : undefined
      const act = to ? () => navigate(to) : action(event)
      if (!act) return
      event.preventDefault()
      act()
    }
    const action = ({ key, timeStamp }: KeyboardEvent): (() => void) | undefined => {
      switch (key) {
        case "/":
          return () => {
            const field = document.querySelector<HTMLInputElement>("[data-search]")
            if (field) field.select()
            else latest.current.find()
          }
        case "n":
          return () => navigate(paths.newOrder)
        case "?":
          return latest.current.help
        case "g":
          return () => {
            sequenceBegan = timeStamp
          }
      }
    }
    document.addEventListener("keydown", onKeyDown)
    return () => document.removeEventListener("keydown", onKeyDown)
  }, [navigate])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
