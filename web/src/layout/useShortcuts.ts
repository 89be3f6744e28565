import { useLayoutEffect, useRef } from "react"
import { useNavigate } from "react-router"
import { paths } from "@/paths"
import { SECTIONS } from "./Navigation"

/** Milliseconds for the second key of `g o`. */
const SEQUENCE_TIMEOUT = 1_200

/** `/` or Ctrl-K find, `n` new order, `?` help, `g` and a letter go somewhere. Not while somebody types. */
export function useShortcuts(does: { find: () => void; help: () => void }) {
  const navigate = useNavigate()
  const latest = useRef(does)
  latest.current = does
  // Before the screen is painted: whoever sees it can use its keys.
  useLayoutEffect(() => {
    let went = Number.NEGATIVE_INFINITY
    const heard = (event: KeyboardEvent) => {
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
      const going = event.timeStamp - went < SEQUENCE_TIMEOUT
      went = Number.NEGATIVE_INFINITY
      const to = going
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
            went = timeStamp
          }
      }
    }
    document.addEventListener("keydown", heard)
    return () => document.removeEventListener("keydown", heard)
  }, [navigate])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
