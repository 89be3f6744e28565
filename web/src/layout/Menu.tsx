import { lazy, Suspense, useState } from "react"
import { MenuButton } from "./MenuButton"

const open = () => import("./OpenMenu")
const OpenMenu = lazy(open)

/** Only a button until somebody goes there: what it opens is as heavy as a screen. */
export function Menu({ onHelp }: { onHelp: () => void }) {
  const [asked, setAsked] = useState(false)
  if (!asked) return <MenuButton onPointerEnter={open} onFocus={open} onClick={() => setAsked(true)} />
  return (
    <Suspense fallback={<MenuButton />}>
      <OpenMenu onHelp={onHelp} />
    </Suspense>
  )
}
